// A list from a place, made on the phone: the twin of geo/finder/nearest.py and web/finder.py.

import { shownState, stateAt } from "./hours.js";
import { LINE_SPEED_M_S, byDistance, byOpenFor, distances, matching } from "./near.js";
import { isLeftOut, notesOf } from "./reach.js";
import { distances as along, searchFrom, wayTo } from "./streets.js";

const SHOWN = 20;
const UNKNOWN_SHOWN = 8;
// As many as the server looks through for what is unknown.
const MOST = 100;
// Whoever wants it open for long goes a little farther for it, but not across the city.
const LONGEST_OF = 50;
export const LONGEST_WITHIN_M = 5000;
// As geo/finder/question.py.
const SPEEDS_M_S = { line: LINE_SPEED_M_S, walk: LINE_SPEED_M_S, ebike: 15 / 3.6 / 1.3 };

// answer(pack, streets, { here, at, by, wants, longest }) -> { by, known, unknown, notes, among }: two lists of
// { row, metres, seconds, state, shown, by }, the open ones (all, where no moment is wanted) and the unknown ones;
// notes: list of { word, count }, what is to be said of the streets; among: of how many within 5 km the known ones
// are those open longest, 0 where they are the nearest ones.
// here: { lon, lat } in WGS-84; streets: null where there are none (yet).
export function answer(pack, streets, ask) {
  const { here, by } = ask;
  const line = byLine(distances(pack, here), by);
  if (!streets || by === "line") return listed(pack, line, ask, []);
  const ways = waysOf(pack, streets, by, here);
  if (!ways) return listed(pack, line, ask, [{ word: "off" }]);
  const far = merged(ways, line);
  const { notes, none } = notesOf(pack, { ways, far, line }, ask, SHOWN);
  if (!none) return listed(pack, far, ask, notes);
  const beyond = isLeftOut(ways, far, ask.wants);
  const metres = line.metres.map((length, row) => (beyond(row) ? length : Infinity));
  return listed(pack, Object.assign({}, line, { metres }), ask, notes);
}

// far: { metres, seconds, street: whether a row's are along streets, by: of the answer }
function listed(pack, far, { at, wants, longest }, notes) {
  const found = matching(pack, wants, { at, seconds: far.seconds });
  const near = (rows) => byDistance(rows.filter((row) => far.metres[row] < Infinity), far.metres);
  const nearest = near(found.rows);
  const known = nearest.slice(0, SHOWN);
  const unknown = unsure(near(found.unknown), known, near(matching(pack, Object.assign({}, wants, { when: undefined })).rows), far);
  const wide = longest ? nearest.slice(0, LONGEST_OF).filter((row) => far.metres[row] <= LONGEST_WITHIN_M) : [];
  // Whoever asks for what is open on arrival is told of that moment, and of how long it stays open after it.
  const there = wants.when === "arrival" ? (row) => at + far.seconds[row] * 1000 : () => at;
  const sorted = longest ? byOpenFor(pack, wide.length ? wide : known, there, far.metres).slice(0, SHOWN) : known;
  const item = (row) => {
    const state = stateAt(pack.hours, pack.schedule[row], there(row));
    const street = far.street(row);
    const seconds = street ? far.seconds[row] : null;
    return { row, metres: far.metres[row], seconds, by: street ? far.by : "line", state, shown: shownState(state, there(row)) };
  };
  return { by: far.by, known: sorted.map(item), unknown: unknown.map(item), notes, among: wide.length };
}

// The unknown ones that lie among the known; and where these are few, what there is to fill the list up.
function unsure(unknown, known, around, { metres }) {
  const limit = known.length === SHOWN ? metres[known[SHOWN - 1]] : Infinity;
  const seen = new Set(around.slice(0, MOST).concat(unknown.slice(0, SHOWN - known.length)));
  return unknown.filter((row) => seen.has(row) && metres[row] <= limit).slice(0, UNKNOWN_SHOWN);
}

// wayLine(streets, by, here, code) -> [[lon, lat], ...] in the system of the streets; null: no way is known.
export function wayLine(streets, by, here, code) {
  const search = streets && searchFrom(streets, by, here.lon, here.lat);
  const station = search ? search.streets.codes.indexOf(code) : -1;
  return station < 0 ? null : wayTo(search, station);
}

// By row of the pack; off: whether no street is near a row; beyond: whether the streets here do not reach so far, or
// are another city's, which does not tell of the row. Null where one stands on no street oneself.
function waysOf(pack, streets, by, here) {
  const search = searchFrom(streets, by, here.lon, here.lat);
  if (!search) return null;
  const found = along(search);
  const places = new Map(streets.codes.map((code, place) => [code, place]));
  const of = (values) => Float64Array.from(pack.codes, (code) => (places.has(code) ? values[places.get(code)] : Infinity));
  const { edge } = streets.stands[by];
  const off = (row) => !places.has(pack.codes[row]) || edge[places.get(pack.codes[row])] < 0;
  const { reachM } = streets.profiles[by];
  const beyond = (row, lineM) => (reachM < Infinity ? lineM > reachM : !places.has(pack.codes[row]));
  return { by, metres: of(found.metres), seconds: of(found.seconds), off, beyond };
}

function byLine(metres, by) {
  return { by: "line", metres, seconds: metres.map((length) => length / SPEEDS_M_S[by]), street: () => false };
}

// Beyond the streets a phone has, what is known is the line; it comes after all that is on them.
function merged(ways, line) {
  const street = (row) => ways.metres[row] < Infinity;
  const beyond = (row) => !street(row) && ways.beyond(row, line.metres[row]);
  const chosen = (name) => ways[name].map((value, row) => (beyond(row) ? line[name][row] : value));
  return { by: ways.by, metres: chosen("metres"), seconds: chosen("seconds"), street };
}
