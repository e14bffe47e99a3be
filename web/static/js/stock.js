// What lists are made of: a city's pack, its texts, and the streets around. Whatever comes late makes the list anew.

import { tell } from "./draw.js";
import { citiesAround, covers, keptCity } from "./cities.js";
import { searchable } from "./find.js";
import { calm } from "./hands.js";
import { draw } from "./list.js";
import { fetchPack, fetchTexts } from "./pack.js";
import { blockAround, fetchStreetIndex, fetchStreets } from "./streets.js";

// loadPack(app, city) -> Promise of the city's pack; app.coming: the last of these, with the texts that follow it.
export function loadPack(app, city, again = true) {
  const pack = loadCity(app, city, again);
  app.coming = pack.then(() => app.texted).catch(() => null);
  return pack;
}

async function loadCity(app, city, again) {
  const number = (app.asked = (app.asked || 0) + 1);
  const pack = await fetchPack(city);
  // One that was asked for later has come before it.
  if (number < app.came) return app.pack;
  Object.assign(app, { came: number, pack, texts: null, streets: null, lack: null, loadingStreets: null, search: searchable(pack, null) });
  for (const control of app.form.querySelectorAll(".app")) control.hidden = false;
  app.texted = loadTexts(app, pack, again).catch(() => null);
  // A list that was measured along streets is not to be measured by line again.
  if (app.origin && app.origin.by && app.origin.by !== "line") app.texted.then(() => loadStreets(app));
  return pack;
}

async function loadTexts(app, pack, again) {
  const texts = await fetchTexts(pack.city.code, pack);
  if (app.pack !== pack) return;
  // The registry has changed between the two.
  if (texts === null) {
    if (again) await loadPack(app, pack.city.code, false);
    if (app.view === "list") loadStreets(app);
    return;
  }
  app.texts = texts;
  app.search = searchable(pack, texts);
  await redraw(app);
}

// After the first list: the streets around. They come once for a place; a list made before is made again.
export function loadStreets(app) {
  if (!app.pack.streets || !app.origin || app.loadingStreets) return app.loadingStreets;
  const own = streetsAround(app.pack.city.code, app.origin.here)
    .then(async (streets) => {
      // By now others are asked for: of another place, or of another pack.
      if (app.loadingStreets !== own) return;
      Object.assign(app, { streets, lack: streets ? null : "no_streets" });
      await redraw(app);
      if (app.view === "list" && streets) tell(app.phone.words.resorted);
    })
    .catch(async () => {
      if (app.loadingStreets !== own) return;
      Object.assign(app, { loadingStreets: null, lack: "streets_fail" });
      await redraw(app);
    });
  app.loadingStreets = own;
  return own;
}

// Lists begin elsewhere: streets of another place are not those of here.
export function moveTo(app, origin) {
  if (app.origin && !sameBlock(app, origin.here)) Object.assign(app, { streets: null, lack: null, loadingStreets: null });
  app.origin = origin;
}

async function streetsAround(city, { lon, lat }) {
  const index = await fetchStreetIndex(city);
  const number = blockAround(index, lon, lat);
  if (number === null) return null;
  const streets = await fetchStreets(city, index, number);
  return Object.assign(streets, { credit: index.attribution, number, index });
}

function sameBlock({ streets }, here) {
  return Boolean(streets) && blockAround(streets.index, here.lon, here.lat) === streets.number;
}

// The pack to begin with: that of where the phone was last, before that of where most stations are.
export async function firstPack(app) {
  const { city, many } = app.phone;
  const kept = many && !app.origin ? await keptCity() : null;
  return kept ? loadPack(app, kept).catch(() => loadPack(app, city)) : loadPack(app, city);
}

// packAround(app, here) -> Promise: the pack of the city here is there, near a border with its neighbours'.
export async function packAround(app, here) {
  const held = await app.packed.catch(() => null);
  const city = app.phone.many ? await citiesAround(here) : app.phone.city;
  if (!held || !covers(held.city.code, city)) app.packed = Promise.resolve(await loadPack(app, city));
  if (app.origin && app.origin.here === here && app.origin.lacks) await noLonger(app);
}

// What a list made without a network was lacking has come.
async function noLonger(app) {
  app.origin.lacks = false;
  await redraw(app);
  loadStreets(app);
}

// Asked now and then what state the registry is in: a pack of another is fetched anew, and the list made anew.
export async function keepPack(app, { revision }) {
  const { pack, origin } = app;
  if (origin && origin.lacks) await packAround(app, origin.here);
  if (app.pack !== pack || !pack || pack.revision === revision) return;
  await loadPack(app, pack.city.code);
  await redraw(app);
  loadStreets(app);
}

async function redraw(app) {
  await calm(app);
  // Meanwhile the page may show something else.
  if (app.view === "list") draw(app);
}
