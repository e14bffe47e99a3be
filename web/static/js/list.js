// The list on the page, from what the app holds at a moment.

import { answer } from "./answer.js";
import { drawWay, onMap, sketchOf } from "./around.js";
import { card } from "./cards.js";
import { element, notice, parts, remarks, title, wayButton } from "./draw.js";
import { asked } from "./form.js";
import { layFacts } from "./facts.js";
import { keepPlace } from "./hands.js";
import { dayAndClock, dayNumber, fill } from "./saying.js";

const VAGUE_M = 500;

// Returns what there is to tell of the list that is drawn.
export function draw(app) {
  const { pack, streets, phone, origin, box } = app;
  const { words } = phone;
  const { ask, found, said } = answered(app);
  Object.assign(app, { view: "list", said, dated: Date.now() });
  const rows = [...found.known, ...found.unknown].map((item, n) => rowOf(app, item, n + 1, ask));
  const kept = keepPlace(box);
  if (origin.name) title(words.nearest, { name: origin.name });
  else title(words.mine);
  box.textContent = "";
  if (origin.accuracy > VAGUE_M) box.append(notice(fill(words.vague, { metres: 100 * Math.round(origin.accuracy / 100) })));
  if (origin.lacks) box.append(notice(fill(words.lacks_some, { city: pack.city.name })));
  box.append(...remarks(words, [...found.notes, ...lackOf(app, ask.by)]));
  const then = ask.moment ? fill(words.open_then, { when: dayAndClock(words, ask.at) }) : "";
  box.append(...parts(words, found, { when: ask.wants.when, then, longest: ask.longest, rows }));
  if (origin.mine) box.append(element("p", "soft", words.private));
  if (found.by !== "line") box.append(element("p", "soft credit", fill(words.credit, { who: streets.credit })));
  kept();
  const sketch = sketchOf(app, new Set([...found.known, ...found.unknown].map(({ row }) => row)));
  app.map.update(sketch, rows);
  return fill(words.found, { count: rows.length });
}

// Draws the list again if by now it says something else.
export function drawOther(app) {
  if (app.view !== "list" || answered(app).said !== app.said) draw(app);
  else app.dated = Date.now();
}

function answered(app) {
  const { pack, streets, origin, form } = app;
  layFacts(app);
  const ask = Object.assign(asked(form), { here: origin.here });
  const found = answer(pack, streets, ask);
  // "Tomorrow" is another day tomorrow.
  return { ask, found, said: JSON.stringify([dayNumber(ask.at), found, [...(pack.broken || [])]]) };
}

// Why there are no streets to measure along, once that is known.
function lackOf({ pack, lack }, by) {
  const word = pack.streets ? lack : "no_streets";
  return word && by !== "line" ? [{ word }] : [];
}

function rowOf(app, item, number, { wants, by, at }) {
  const { pack, panel } = app;
  const code = pack.codes[item.row];
  const href = panel.dataset.station.replace("CODE", encodeURIComponent(code));
  const row = card(app, item, { number, wanted: wants.facilities, at, href, place: onMap(app, pack.lon[item.row], pack.lat[item.row]) });
  if (pack.streets) {
    const posted = () => {
      const { lon, lat } = app.origin.here;
      return { lon: lon.toFixed(4), lat: lat.toFixed(4), by: by === "line" ? "walk" : by };
    };
    row.append(wayButton(code, posted, () => app.offline() && drawWay(app, item, code, by)));
  }
  return row;
}
