// What lists are made of: a city's pack, its texts, and the streets around. Whatever comes late makes the list anew.

import { tell } from "./draw.js";
import { citiesAround, covers, keptCity } from "./cities.js";
import { searchable } from "./find.js";
import { calm } from "./hands.js";
import { draw } from "./list.js";
import { fetchPack, fetchTexts } from "./pack.js";
import { blockAround, fetchStreetIndex, fetchStreets } from "./streets.js";

export async function loadPack(app, city, again = true) {
  const pack = await fetchPack(city);
  Object.assign(app, { pack, texts: null, streets: null, lack: null, loadingStreets: null, search: searchable(pack, null) });
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
  if (texts === null) return again && loadPack(app, pack.city.code, false);
  app.texts = texts;
  app.search = searchable(pack, texts);
  await redraw(app);
}

// After the first list: the streets around. They come once for a place; a list made before is made again.
export function loadStreets(app) {
  if (!app.pack.streets || !app.origin || app.loadingStreets) return app.loadingStreets;
  const { pack, origin: { here } } = app;
  app.loadingStreets = streetsAround(pack.city.code, here)
    .then(async (streets) => {
      if (app.pack !== pack) return;
      Object.assign(app, { streets, lack: streets ? null : "no_streets" });
      await redraw(app);
      if (app.drawn && streets) tell(app.phone.words.resorted);
    })
    .catch(async () => {
      if (app.pack !== pack) return;
      Object.assign(app, { loadingStreets: null, lack: "streets_fail" });
      await redraw(app);
    });
  return app.loadingStreets;
}

async function streetsAround(city, { lon, lat }) {
  const index = await fetchStreetIndex(city);
  const number = blockAround(index, lon, lat);
  if (number === null) return null;
  const streets = await fetchStreets(city, index, number);
  return Object.assign(streets, { credit: index.attribution, number, index });
}

export function sameBlock({ streets }, here) {
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
}

// Asked now and then what state the registry is in: a pack of another is fetched anew, and the list made anew.
export async function keepPack(app, { revision }) {
  const { pack } = app;
  if (!pack || pack.revision === revision) return;
  await loadPack(app, pack.city.code);
  await redraw(app);
  loadStreets(app);
}

async function redraw(app) {
  if (app.drawn) await calm(app).then(() => draw(app));
}
