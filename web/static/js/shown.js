// A list from somewhere, shown; and shown again when something else is asked of it, or when it has grown old.

import { tell } from "./draw.js";
import { address, asked } from "./form.js";
import { calm } from "./hands.js";
import { draw, drawOther } from "./list.js";
import { loadStreets, moveTo } from "./stock.js";
import { enter } from "./trail.js";

// What a list says of opening is of its minute.
const OLD_MS = 60000;
const LOOK_MS = 10000;

export function show(app, origin) {
  moveTo(app, origin);
  enter(app, origin);
  app.form.elements.q.value = origin.mine ? "" : app.form.elements.q.value;
  tell(draw(app));
  Promise.resolve(loadStreets(app)).then(app.list);
  document.querySelector(".panel h1").scrollIntoView({ block: "nearest" });
}

// Whether this page's list can be made here; if not, the server makes it, as without scripts.
export function able(app) {
  if (!app.pack || !app.origin) return false;
  const { by, at } = asked(app.form);
  const inside = at >= app.pack.hours.start && at < app.pack.hours.start + app.pack.hours.days * 86400000;
  // Of other days a pack says that it does not know; that is the answer where nobody knows better.
  const known = inside || app.offline() || !app.first.list;
  // Where no streets come it is measured by line, and said so.
  const lacking = app.lack || !app.pack.streets;
  const measured = by === "line" || !app.origin.by || app.origin.by === "line" || app.streets || lacking;
  return Boolean(known && measured);
}

export function again(app) {
  tell(draw(app));
  loadStreets(app);
  if (!app.origin.mine && !app.origin.found) history.replaceState(history.state, "", address(app.form));
}

// A list that lies open is kept true, the server's too; nothing is said of it, and it stays where it is.
export function keepFresh(app) {
  app.dated = app.phone.made;
  const look = () => drawIfOld(app);
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_MS);
}

export async function drawIfOld(app) {
  if (!isOld(app)) return;
  await calm(app);
  if (isOld(app)) drawOther(app);
}

function isOld(app) {
  if (document.hidden || Date.now() - app.dated < OLD_MS) return false;
  // Drawn again, the list would take the map back from a way.
  const under = history.state && history.state.map;
  return app.view !== "choice" && !under && !asked(app.form).moment && able(app);
}
