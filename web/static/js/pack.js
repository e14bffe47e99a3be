// The pack of a city: fetched once, then every answer is made on the phone. What travels is described in
// geo/finder/pack.py; here it becomes columns that the other modules read. Nothing is stored.

import { geocentric, toWgs84 } from "./crs.js";
import { decodeHours } from "./hours.js";

export const FORMAT = 1;
const API = "/api/v1";
const NONE = -1;
// Of a facility's column.
export const UNKNOWN = 0;
export const YES = 1;
export const NO = 2;
const ANSWERS = { "-": UNKNOWN, y: YES, n: NO };

// within(promise, ms) -> the promise, refused once so long has passed: a network may neither answer nor fail.
export function within(promise, ms) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(reject, ms))]);
}

// fetchPack(city, signal?) -> Promise of a pack; fetchTexts(city, pack, signal?) -> Promise of its texts.
// Both reject where the answer is none, or of another format.
export async function fetchPack(city, signal) {
  return decodePack(await fetchJson(`${API}/packs/${encodeURIComponent(city)}`, signal));
}

export async function fetchTexts(city, pack, signal) {
  return decodeTexts(await fetchJson(`${API}/packs/${encodeURIComponent(city)}?part=texts`, signal), pack);
}

// fetchLive(city, signal?) -> Promise of { revision, at, stale, facts }: the pack is old when its revision is another;
// facts: see facts.js.
export function fetchLive(city, signal) {
  return fetchJson(`${API}/live/${encodeURIComponent(city)}`, signal);
}

async function fetchJson(address, signal) {
  const answer = await fetch(address, { signal, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

// decodePack(json) -> {
//   city: { code, name }, revision, asOf, day, crs, decimals, corner, streets, count,
//   codes, names: lists of text; lon, lat: Float64Array, degrees in `crs`; xyz: Float64Array, geocentric metres;
//   doors: Map of row to [lon, lat] in `crs`, of stations whose entrance lies elsewhere;
//   kinds, statuses, whos, hows: lists of codes; kind, status, who, how: Int8Array, places in them (-1: none);
//   star: Int8Array (0: none); facilities: { code: Uint8Array of UNKNOWN, YES, NO };
//   areas: list of { code, name, level, parent, lon, lat } (parent: its place, -1: none; lon, lat may be null);
//   area: Int32Array, places in `areas` (-1: none);
//   schedule: Int32Array, places in `hours`; hours: see hours.js }
export function decodePack(json) {
  checkFormat(json);
  const count = json.names.length;
  const at = places(json);
  const lon = Float64Array.from(json.x, (x) => at(x, 0)[0]);
  const lat = Float64Array.from(json.y, (y) => at(0, y)[1]);
  return {
    city: json.city,
    revision: json.revision,
    asOf: json.as_of,
    day: json.day,
    crs: json.crs,
    decimals: json.decimals,
    corner: json.corner,
    streets: json.streets,
    count,
    codes: codes(json.codes),
    names: json.names,
    lon,
    lat,
    xyz: geocentricOf(lon, lat, json.crs),
    doors: doors(json.doors, at),
    kinds: json.kinds,
    kind: digits(json.kind),
    statuses: json.statuses,
    status: digits(json.status),
    whos: json.whos,
    who: digits(json.who),
    hows: json.hows,
    how: digits(json.how),
    star: digits(json.star).map((star) => Math.max(star, 0)),
    facilities: answers(json.facilities),
    areas: json.areas.map(([code, name, level, parent, x, y]) => {
      const [areaLon, areaLat] = x === null ? [null, null] : at(x, y);
      return { code, name, level, parent, lon: areaLon, lat: areaLat };
    }),
    area: Int32Array.from(json.area),
    schedule: Int32Array.from(json.schedule),
    hours: decodeHours(json),
  };
}

// decodeTexts(json, pack) -> {
//   addresses, signboards, given: lists of text (given: the opening hours as given; empty: none);
//   aliases, floors, entrances, closures, phones: Maps of row to text (aliases: to a list of texts);
//   landmarks: list of { name, aliases, category, lon, lat }, in the pack's `crs`;
//   readings: Map of character to its syllables; words: Map of word to meaning }
// Null where the texts are of another state of the registry than the pack: fetch that anew.
export function decodeTexts(json, pack) {
  checkFormat(json);
  if (json.revision !== pack.revision || json.city.code !== pack.city.code) return null;
  const at = places(pack);
  return {
    addresses: json.addresses,
    signboards: repeated(json.signboards),
    given: repeated(json.hours),
    aliases: sparse(json.aliases),
    floors: sparse(json.floors),
    entrances: sparse(json.entrances),
    closures: sparse(json.closures),
    phones: sparse(json.phones),
    landmarks: json.landmarks.map(([name, aliases, category, x, y]) => {
      const [lon, lat] = at(x, y);
      return { name, aliases, category, lon, lat };
    }),
    readings: inverted(Object.entries(json.readings).map(([syllable, chars]) => [syllable, Array.from(chars)])),
    words: meanings(json.words),
  };
}

// stationOf(pack, row, texts?) -> one station as an object: code, name, kind, status, lon, lat, door ([lon, lat]:
// its place where no entrance is known), who, how (null: not known), star, yes and no (codes of facilities), area
// (or null); with texts also address, signboard, given, aliases, floor, entrance, closure, phone (empty: none).
export function stationOf(pack, row, texts) {
  const place = [pack.lon[row], pack.lat[row]];
  const having = (answer) => Object.keys(pack.facilities).filter((code) => pack.facilities[code][row] === answer);
  const station = {
    code: pack.codes[row],
    name: pack.names[row],
    kind: pack.kinds[pack.kind[row]],
    status: pack.statuses[pack.status[row]],
    lon: place[0],
    lat: place[1],
    door: pack.doors.get(row) || place,
    who: pack.whos[pack.who[row]] || null,
    how: pack.hows[pack.how[row]] || null,
    star: pack.star[row],
    yes: having(YES),
    no: having(NO),
    area: pack.areas[pack.area[row]] || null,
  };
  return texts ? Object.assign(station, textsOf(texts, row)) : station;
}

function textsOf(texts, row) {
  return {
    address: texts.addresses[row],
    signboard: texts.signboards[row],
    given: texts.given[row],
    aliases: texts.aliases.get(row) || [],
    floor: texts.floors.get(row) || "",
    entrance: texts.entrances.get(row) || "",
    closure: texts.closures.get(row) || "",
    phone: texts.phones.get(row) || "",
  };
}

function checkFormat(json) {
  if (json.format !== FORMAT) throw new Error(`pack of format ${json.format}, not ${FORMAT}`);
}

// Whole numbers divided once give exactly the decimal fractions that the API gives.
function places({ corner, decimals }) {
  const unit = 10 ** decimals;
  return (x, y) => [(corner[0] + x) / unit, (corner[1] + y) / unit];
}

function geocentricOf(lon, lat, crs) {
  const xyz = new Float64Array(3 * lon.length);
  for (let row = 0; row < lon.length; row++) {
    const [east, north] = toWgs84(lon[row], lat[row], crs);
    xyz.set(geocentric(east, north), 3 * row);
  }
  return xyz;
}

function codes(short) {
  const all = [];
  for (const item of short) {
    if (typeof item === "string") all.push(item);
    else for (let n = 0; n < item; n++) all.push(following(all[all.length - 1]));
  }
  return all;
}

// Codes may have more digits than a number holds, and keep their zeros.
function following(code) {
  const [, head, nines] = /^(.*?)(9*)$/.exec(code);
  const last = head[head.length - 1];
  const zeros = "0".repeat(nines.length);
  return last >= "0" && last <= "8"
    ? head.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1) + zeros
    : `${head}1${zeros}`;
}

function doors(flat, at) {
  const found = new Map();
  for (let n = 0; n < flat.length; n += 3) found.set(flat[n], at(flat[n + 1], flat[n + 2]));
  return found;
}

function digits(text) {
  return Int8Array.from(text, (digit) => (digit === "-" ? NONE : parseInt(digit, 36)));
}

function answers(columns) {
  const found = {};
  for (const code of Object.keys(columns)) found[code] = Uint8Array.from(columns[code], (mark) => ANSWERS[mark]);
  return found;
}

function repeated({ values, of }) {
  return of.map((place) => values[place]);
}

function sparse({ after, values }) {
  const found = new Map();
  let row = 0;
  values.forEach((value, n) => {
    row += after[n];
    found.set(row, value);
  });
  return found;
}

// From each key's list of things to each thing's list of keys.
function inverted(entries) {
  const found = new Map();
  for (const [key, things] of entries) {
    for (const thing of things) {
      if (found.has(thing)) found.get(thing).push(key);
      else found.set(thing, [key]);
    }
  }
  return found;
}

function meanings(words) {
  const found = new Map();
  for (const [meaning, texts] of Object.entries(words)) {
    for (const word of texts.split(" ")) found.set(word, meaning);
  }
  return found;
}
