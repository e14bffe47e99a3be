// Which cities' stations a phone needs where it is. It finds that out by itself, from a table of the whole country;
// near a border they are those of two cities, or more, whose pack is asked for by their codes together.

const TABLE = "/cities.json";
const PACKS = "/api/v1/packs/";
const AND = "+";
// As geo/finder/cities.py and city_cells.py.
const MOST = 4;
const PER_DEGREE = 10;
const COLUMNS = 360 * PER_DEGREE;

// citiesAround({ lon, lat }, among) -> Promise of the code for a pack; among: codes of the only cities to choose from,
// all where it is left out. Rejects where the table cannot be had, or has none of them.
export async function citiesAround(here, among) {
  const answer = await fetch(TABLE, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${TABLE}: ${answer.status}`);
  const table = await answer.json();
  const code = codeAround(among ? table.filter(([city]) => among.includes(city)) : table, here);
  if (code === null) throw new Error(`${TABLE}: no city`);
  return code;
}

// codeAround([[code, a cell's number, how much greater each other one is than the one before, ...], ...], here)
// -> the code for a pack; null: no city has a station.
export function codeAround(table, { lon, lat }) {
  const row = Math.floor((lat + 90) * PER_DEGREE);
  const column = Math.floor((lon + 180) * PER_DEGREE) % COLUMNS;
  const found = table.map(([code, ...steps]) => ({ code, ring: nearest(steps, row, column) }));
  found.sort((a, b) => a.ring - b.ring);
  const around = found.slice(0, MOST).filter(({ ring }) => ring <= found[0].ring + 1);
  return around.length ? around.map(({ code }) => code).sort().join(AND) : null;
}

// covers(code of a pack, code of a pack): whether all cities of the second are in the first.
export function covers(code, other) {
  const held = code.split(AND);
  return other.split(AND).every((part) => held.includes(part));
}

// keptCity() -> Promise of the code whose pack the worker keeps: that of where the phone was last; null: none.
export async function keptCity() {
  try {
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) {
        const { pathname, search } = new URL(url);
        if (pathname.startsWith(PACKS) && !search && !pathname.endsWith("/streets")) return codeOf(pathname);
      }
    }
  } catch (fault) {
    // Some browsers refuse to tell.
  }
  return null;
}

function codeOf(pathname) {
  return decodeURIComponent(pathname.slice(PACKS.length));
}

function nearest(steps, row, column) {
  let [number, least] = [0, Infinity];
  for (const step of steps) {
    number += step;
    const aside = Math.abs((number % COLUMNS) - column);
    least = Math.min(least, Math.max(Math.abs(Math.floor(number / COLUMNS) - row), Math.min(aside, COLUMNS - aside)));
  }
  return least;
}
