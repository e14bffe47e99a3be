// Which stations, and in which order: distance, filters, sorting, all on the phone. Positions of people are
// { lon, lat } in WGS-84 degrees, as the browser gives them; they go nowhere.

import { geocentric } from "./crs.js";
import { isAllDay, openFor, stateAt, stateOnArrival, statesAt } from "./hours.js";
import { YES } from "./pack.js";

// geo/registry/nearest.py says why the arc over a chord on a sphere of this radius is the geodesic: to 0.3 mm up
// to 30 km, to a centimetre up to 100 km.
const RADIUS_M = 6367300;
// As geo/finder/question.py: walking by line, the detour of real ways taken into account.
export const LINE_SPEED_M_S = 1.15 / 1.3;
export const SERVING = Object.freeze(["open", "trial"]);

// distances(pack, position) -> Float64Array, metres by line from a position to every station.
export function distances(pack, { lon, lat }) {
  const [x, y, z] = geocentric(lon, lat);
  const metres = new Float64Array(pack.count);
  const { xyz } = pack;
  for (let row = 0; row < metres.length; row++) {
    const dx = xyz[3 * row] - x;
    const dy = xyz[3 * row + 1] - y;
    const dz = xyz[3 * row + 2] - z;
    const chord = Math.sqrt(dx * dx + dy * dy + dz * dz);
    metres[row] = 2 * RADIUS_M * Math.asin(Math.min(chord / (2 * RADIUS_M), 1));
  }
  return metres;
}

// matching(pack, wants, { at, seconds }) -> { rows, unknown }: rows of stations, ascending.
//
// wants: { kinds, facilities, statuses, whos, hows: lists of codes; area: code; star: least number; when }; what is
// left out or empty asks for nothing, but statuses: those one can go to. Every facility must be there.
// when: "now", "arrival" or "all_day"; `unknown` then has those whose state is unknown, `rows` the open ones.
// at: the moment (ms). seconds: for "arrival", how long the way to each row is.
export function matching(pack, wants, { at, seconds } = {}) {
  const test = passes(pack, wants);
  const group = grouped(pack, wants.when, at, seconds);
  const found = { rows: [], unknown: [] };
  for (let row = 0; row < pack.count; row++) {
    if (!test(row)) continue;
    const into = group(row);
    if (into === "open") found.rows.push(row);
    else if (into === "unknown") found.unknown.push(row);
  }
  return found;
}

// lineSeconds(metres) -> Float64Array, how long the ways are on foot where only the line is known.
export function lineSeconds(metres) {
  return metres.map((length) => length / LINE_SPEED_M_S);
}

// byDistance(rows, metres) -> the rows, nearest first; at equal distance by code.
export function byDistance(rows, metres) {
  return rows.slice().sort((a, b) => metres[a] - metres[b] || a - b);
}

// byOpenFor(pack, rows, there, metres?) -> the rows, longest open first; then nearest, then by code. there(row): the
// moment (ms) from which it counts, which may be that of arrival.
export function byOpenFor(pack, rows, there, metres) {
  const left = new Map(rows.map((row) => [row, openFor(pack.hours, pack.schedule[row], there(row))]));
  const longer = (a, b) => (left.get(a) === left.get(b) ? 0 : left.get(b) - left.get(a));
  return rows.slice().sort((a, b) => longer(a, b) || (metres ? metres[a] - metres[b] : 0) || a - b);
}

function passes(pack, { kinds, statuses, facilities, whos, hows, area, star }) {
  const chosen = (codes, column, wanted) => {
    const places = wanted.map((code) => codes.indexOf(code));
    return (row) => places.includes(column[row]);
  };
  const tests = [chosen(pack.statuses, pack.status, given(statuses) ? statuses : SERVING)];
  if (given(kinds)) tests.push(chosen(pack.kinds, pack.kind, kinds));
  if (given(whos)) tests.push(known(chosen(pack.whos, pack.who, whos), pack.who));
  if (given(hows)) tests.push(known(chosen(pack.hows, pack.how, hows), pack.how));
  for (const code of facilities || []) {
    const column = pack.facilities[code];
    tests.push((row) => column !== undefined && column[row] === YES);
  }
  if (area) tests.push((row) => lies(pack, pack.area[row], area));
  if (star) tests.push((row) => pack.star[row] >= star);
  return (row) => tests.every((test) => test(row));
}

// A code that the pack does not know has the place -1, which in a column means: not known of this station.
function known(test, column) {
  return (row) => column[row] >= 0 && test(row);
}

// Whether an area, given by its place, is one of a code or lies in it.
function lies(pack, place, code) {
  let at = place;
  // Areas that contain one another are a fault of the data, not a reason to stand still.
  for (let step = 0; at >= 0 && step < pack.areas.length; step++) {
    if (pack.areas[at].code === code) return true;
    at = pack.areas[at].parent;
  }
  return false;
}

function given(list) {
  return Boolean(list && list.length);
}

// For a row: "open", "unknown" or neither. Without a wish all count as open.
function grouped(pack, when, at, seconds) {
  const { hours, schedule } = pack;
  if (!when) return () => "open";
  if (when === "arrival") return (row) => stateOnArrival(hours, schedule[row], at, seconds[row]).state;
  if (when === "now") {
    const states = statesAt(hours, at);
    return (row) => states[schedule[row]].state;
  }
  const states = hours.lineOf.map((_, number) => {
    if (isAllDay(hours, number) && !(hours.facts && hours.facts.has(number))) return "open";
    const { state } = stateAt(hours, number, at);
    return state === "open" && !isAllDay(hours, number) ? "closed" : state;
  });
  return (row) => states[schedule[row]];
}
