// A frame's list by distance, made on the reader's device: the city's pack is fetched, by its code alone, and where
// the reader is goes nowhere. Nothing is kept.

import { card } from "./cards.js";
import { citiesAround } from "./cities.js";
import { fromWgs84, toWgs84 } from "./crs.js";
import { decodeFacts, layOver } from "./facts.js";
import { shownState, stateAt } from "./hours.js";
import { byDistance, distances, matching } from "./near.js";
import { fetchLive, fetchPack, fetchTexts, within } from "./pack.js";

// As many as the server lists at a time.
const SHOWN = 100;
// Without addresses the list still says how far.
const PATIENCE_MS = 4000;

// nearList(told, coords of the browser) -> Promise of { rows: elements, nearest first; count: how many there are to
// list; here: [lon, lat] on the map }. told: what web/nearby.py tells the frame.
export async function nearList(told, { longitude, latitude }) {
  const here = { lon: longitude, lat: latitude };
  const { cities } = told;
  // Of the cities that the frame's stations lie in, the reader's own.
  const pack = await fetchPack(cities.length === 1 ? cities[0] : await citiesAround(here, cities));
  const { code } = pack.city;
  const late = (asked) => within(asked, PATIENCE_MS).catch(() => null);
  const [texts, live] = await Promise.all([late(fetchTexts(code, pack)), late(fetchLive(code))]);
  const at = Date.now();
  if (live) layOver(pack, decodeFacts(live.facts), at);
  const metres = distances(pack, here);
  const { open, unknown } = chosen(pack, told.wants, at);
  // Whoever asks for what is open now is not to go to what may be closed while something open is listed below.
  const found = [...byDistance(open, metres), ...byDistance(unknown, metres)];
  const rows = found.slice(0, SHOWN).map((row, n) => {
    const state = stateAt(pack.hours, pack.schedule[row], at);
    const item = { row, metres: metres[row], seconds: null, by: "line", state, shown: shownState(state, at) };
    return rowOf({ pack, texts, phone: told }, item, n + 1, at);
  });
  return { rows, count: found.length, here: fromWgs84(longitude, latitude, told.crs) };
}

function chosen(pack, { kinds, facilities, area, when }, at) {
  // Of an area that holds the whole city, all that lies in any.
  const inside = pack.areas.some(({ code }) => code === area);
  const { rows, unknown } = matching(pack, { kinds, facilities, when, area: inside ? area : "" }, { at });
  const lies = (row) => !area || pack.area[row] >= 0;
  return { open: rows.filter(lies), unknown: unknown.filter(lies) };
}

function rowOf(frame, item, number, at) {
  const { pack, phone } = frame;
  const { lon, lat, code } = { lon: pack.lon[item.row], lat: pack.lat[item.row], code: pack.codes[item.row] };
  const place = phone.crs === pack.crs ? [lon, lat] : fromWgs84(...toWgs84(lon, lat, pack.crs), phone.crs);
  const href = phone.station.replace("CODE", encodeURIComponent(code));
  const row = card(frame, item, { number, wanted: phone.wants.facilities, at, place, href });
  // A call needs no other window.
  for (const link of row.querySelectorAll("a[href^='tel:']")) link.target = "_self";
  return row;
}
