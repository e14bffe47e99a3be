// A typed place, without the server: what its words wish for, and which places they may mean.

import { toWgs84 } from "./crs.js";
import { element, notice, picks, tell, title } from "./draw.js";
import { findPlaces, wishOf } from "./find.js";
import { fill } from "./saying.js";
import { again, show } from "./shown.js";

// find(app, text, tapped): a typed place, without the server; tapped: somebody has just asked for it. Nobody is
// asked for a position who has only opened an address.
export async function find(app, text, tapped = false) {
  await app.texted;
  const { words } = app.phone;
  const wish = wishOf(app.search, text);
  for (const [name, codes] of [["kind", wish.kinds], ["facility", wish.facilities]]) {
    for (const code of codes) for (const box of app.form.querySelectorAll(`[name=${name}][value=${code}]`)) box.checked = true;
  }
  const when = wish.when.includes("all_day") ? "[data-when=all_day]" : wish.when.includes("now") ? "[name=open_at]:not([data-when])" : null;
  if (when) {
    for (const other of app.form.querySelectorAll("[data-when], [name=open_at]")) other.checked = other.matches(when);
  }
  if (!wish.rest) {
    if (app.origin) again(app);
    else if (tapped) app.form.querySelector("#locate").click();
    else app.form.querySelector("#locate").focus();
    return;
  }
  const places = findPlaces(app.search, wish.rest);
  const exact = places.filter((place) => place.exact);
  const likely = exact.length ? exact : places;
  if (likely.length === 1) start(app, likely[0]);
  else choose(app, wish.rest, places, words);
}

function start(app, { name, lon, lat }) {
  const [east, north] = toWgs84(lon, lat, app.pack.crs);
  show(app, { here: { lon: east, lat: north }, name, found: true });
}

function choose(app, text, places, words) {
  app.view = "choice";
  title(places.length ? words.which : words.nothing, { text });
  app.box.textContent = "";
  if (!places.length) app.box.append(notice(words.other), ...app.first.nodes);
  else {
    const named = (category) => words.kinds[category] || words.levels[category] || category;
    app.box.append(element("p", "soft", fill(words.several, { text })), picks(places, named, (place) => start(app, place)));
  }
  tell(document.querySelector(".panel h1").textContent);
}
