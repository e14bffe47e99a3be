// A list from a place, made on the phone: the twin of geo/finder/nearest.py and web/finder.py.

import { shownState, stateAt } from "./hours.js";
import { LINE_SPEED_M_S, byDistance, byOpenFor, distances, matching } from "./near.js";
import { distances as along, searchFrom, wayTo } from "./streets.js";

const SHOWN = 20;
const UNKNOWN_SHOWN = 8;
// As geo/finder/question.py.
const SPEEDS_M_S = { line: LINE_SPEED_M_S, walk: LINE_SPEED_M_S, ebike: 15 / 3.6 / 1.3 };

// answer(pack, streets, { here, at, by, wants, longest }) -> { by, known, unknown, off }: two lists of
// { row, metres, seconds, state, shown, by }, the open ones (all, where no moment is wanted) and the unknown ones.
// here: { lon, lat } in WGS-84; streets: null where there are none (yet); off: they are there, but not here.
export function answer(pack, streets, { here, at, by, wants, longest }) {
  const line = distances(pack, here);
  const ways = streets && by !== "line" ? waysOf(pack, streets, by, here) : null;
  const far = ways ? merged(ways, line, by) : byLine(line, by);
  const found = matching(pack, wants, { at, seconds: far.seconds });
  const near = (rows) => byDistance(rows.filter((row) => far.metres[row] < Infinity), far.metres);
  const known = near(found.rows).slice(0, SHOWN);
  const limit = known.length === SHOWN ? far.metres[known[SHOWN - 1]] : Infinity;
  const unknown = near(found.unknown).filter((row) => far.metres[row] <= limit).slice(0, UNKNOWN_SHOWN);
  const item = (row) => {
    const state = stateAt(pack.hours, pack.schedule[row], wants.when === "arrival" ? at + far.seconds[row] * 1000 : at);
    const street = ways && ways.metres[row] < Infinity;
    const seconds = street ? far.seconds[row] : null;
    return { row, metres: far.metres[row], seconds, by: street ? by : "line", state, shown: shownState(state, at) };
  };
  return {
    by: ways ? by : "line",
    off: Boolean(streets && !ways && by !== "line"),
    known: (longest ? byOpenFor(pack, known, at, far.metres) : known).map(item),
    unknown: unknown.map(item),
  };
}

// wayLine(streets, by, here, code) -> [[lon, lat], ...] in the system of the streets; null: no way is known.
export function wayLine(streets, by, here, code) {
  const search = streets && searchFrom(streets, by, here.lon, here.lat);
  const station = search ? search.streets.codes.indexOf(code) : -1;
  return station < 0 ? null : wayTo(search, station);
}

// By row of the pack; null where one stands on no street, or no station is to be reached.
function waysOf(pack, streets, by, here) {
  const search = searchFrom(streets, by, here.lon, here.lat);
  if (!search) return null;
  const found = along(search);
  const places = new Map(streets.codes.map((code, place) => [code, place]));
  const of = (values) => Float64Array.from(pack.codes, (code) => (places.has(code) ? values[places.get(code)] : Infinity));
  const metres = of(found.metres);
  if (!metres.some((length) => length < Infinity)) return null;
  return { metres, seconds: of(found.seconds), reachM: streets.profiles[by].reachM };
}

function byLine(metres, by) {
  return { metres, seconds: metres.map((length) => length / SPEEDS_M_S[by]) };
}

// Beyond the streets a phone has, what is known is the line; it comes after all that is on them.
function merged({ metres, seconds, reachM }, line, by) {
  if (reachM === Infinity) return { metres, seconds };
  const beyond = (row) => metres[row] === Infinity && line[row] > reachM;
  return {
    metres: metres.map((length, row) => (beyond(row) ? line[row] : length)),
    seconds: seconds.map((time, row) => (beyond(row) ? line[row] / SPEEDS_M_S[by] : time)),
  };
}
