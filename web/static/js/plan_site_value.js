// What a choice of places is worth, computed from a plan's file: the twin of geo/analyses/siting/values.py, held to
// it by a test. A file's program has a column for every place, then those that follow from which of them are opened.

import { toWgs84 } from "./crs.js";

const SLACK = 1e-6;
const METRES_PER_DEGREE = 111195;

// openPlan(file) -> what `worth` and `near` need of it. A file's `stations` are [code, name, lon, lat], these in the
// system that `about.crs` names; `columns` [cost, lower, upper, whole], those of the stations first; `rows` [least,
// columns, coefs]: the sum of coef times column is least or more. Those of the rules come first; `about.rules` names
// what each is for.
export function openPlan(file) {
  const { stations, columns } = file;
  const count = stations.length;
  const rules = file.about.rules || unnamed(file, count);
  const fixed = columns.slice(count).filter(([, lower, upper]) => lower === upper);
  const plan = {
    objective: file.objective,
    count,
    codes: stations.map(([code]) => code),
    names: stations.map(([, name]) => name),
    ...places(stations, file.about.crs || "wgs84"),
    open: columns.slice(0, count).map(([, , upper]) => upper > 0),
    price: columns.slice(0, count).map(([cost]) => cost),
    constant: fixed.reduce((sum, [cost, lower]) => sum + cost * lower, 0),
    rules: rules.map((name, row) => ruleOf(name, file.rows[row])),
    rank: new Map(stations.map(([code], column) => [code, column])),
  };
  return Object.assign(plan, GROUPS[file.objective](columns.map(([cost]) => cost), file.rows.slice(rules.length), count));
}

// worth(plan, chosen) -> { value, beyond, unserved, broken }: the value in the unit of the plan's, Infinity where it is
// none; with `farthest`, whose files tell no costs above the plan's, the cost that is exceeded; how many groups of
// demand are left that must not be; names of the rules that the choice breaks.
export function worth(plan, chosen) {
  const broken = plan.rules.filter((rule) => breaks(rule, chosen)).map(({ name }) => name);
  return { beyond: null, unserved: 0, ...VALUES[plan.objective](plan, chosen), broken };
}

// near(plan, lon, lat, most, taken) -> columns of the nearest places that may be opened, nearest first, with metres.
export function near(plan, lon, lat, most, taken = new Set()) {
  const shrink = Math.cos((lat * Math.PI) / 180);
  const found = [];
  for (let column = 0; column < plan.count; column++) {
    if (!plan.open[column] || taken.has(column)) continue;
    const metres = METRES_PER_DEGREE * Math.hypot((plan.lon[column] - lon) * shrink, plan.lat[column] - lat);
    if (found.length === most && !(metres < found[most - 1].metres)) continue;
    if (!(metres >= 0)) continue;
    const place = found.findIndex((other) => metres < other.metres);
    found.splice(place < 0 ? found.length : place, 0, { column, metres });
    if (found.length > most) found.pop();
  }
  return found;
}

// In WGS-84, as all that is computed here is.
function places(stations, crs) {
  const spots = stations.map(([, , lon, lat]) => toWgs84(lon, lat, crs));
  return { lon: Float64Array.from(spots, ([lon]) => lon), lat: Float64Array.from(spots, ([, lat]) => lat) };
}

const GROUPS = { cover: coverGroups, all: allGroups, distance: distanceGroups, farthest: farthestGroups };
const VALUES = { cover: coverValue, all: allValue, distance: distanceValue, farthest: farthestValue };

// Groups of demand count as covered when so many of their places are opened as they need.
function coverGroups(cost, rows, count) {
  const seen = new Set();
  const [pairs, need, weight] = [[], [], []];
  for (const [, columns, coefs] of rows) {
    const at = columns.findIndex((column) => column >= count);
    // Rows that say it again, so that a bound is tighter, follow the first.
    if (seen.has(columns[at])) continue;
    seen.add(columns[at]);
    for (const column of columns) if (column < count) pairs.push([column, need.length, 0]);
    need.push(-coefs[at]);
    weight.push(cost[columns[at]]);
  }
  return { ...serving(pairs, count), need, weight, groups: need.length };
}

function coverValue(plan, chosen) {
  const times = timesServed(plan, chosen);
  let value = plan.constant;
  for (let group = 0; group < plan.groups; group++) if (times[group] >= plan.need[group]) value += plan.weight[group];
  return { value };
}

function allGroups(cost, rows, count) {
  const pairs = rows.flatMap(([, columns], group) => columns.map((column) => [column, group, 0]));
  return { ...serving(pairs, count), need: rows.map(([least]) => least), groups: rows.length };
}

function allValue(plan, chosen) {
  const times = timesServed(plan, chosen);
  let unserved = 0;
  for (let group = 0; group < plan.groups; group++) if (times[group] < plan.need[group]) unserved++;
  const price = chosen.reduce((sum, column) => sum + plan.price[column], plan.constant);
  return { value: unserved ? Infinity : price, unserved };
}

// Every group is served by one column of those in its row: such a column is of a place, as another row says, or of
// what stands there already.
function distanceGroups(cost, rows, count) {
  const place = new Map();
  for (const [least, [served, by]] of rows) if (!least) place.set(served, by);
  const once = rows.filter(([least]) => least === 1);
  const kept = new Float64Array(once.length).fill(Infinity);
  const pairs = [];
  once.forEach(([, columns], group) => {
    for (const column of columns) {
      if (place.has(column)) pairs.push([place.get(column), group, cost[column]]);
      else kept[group] = Math.min(kept[group], cost[column]);
    }
  });
  return { ...serving(pairs, count), kept, groups: once.length };
}

function distanceValue(plan, chosen) {
  const least = plan.kept.slice();
  for (const column of chosen) {
    for (let at = plan.start[column]; at < plan.start[column + 1]; at++) {
      if (plan.cost[at] < least[plan.group[at]]) least[plan.group[at]] = plan.cost[at];
    }
  }
  let [value, unserved] = [plan.constant, 0];
  for (const cost of least) if (cost < Infinity) value += cost; else unserved++;
  return { value: unserved ? Infinity : value, unserved };
}

// A level is reached as long as one of its rows has no place opened; rows without a level are of all that costs more
// than the last.
function farthestGroups(cost, rows, count) {
  const served = rows.filter(([least]) => least === 1);
  const level = served.map(([, columns]) => columns.find((column) => column >= count));
  const pairs = served.flatMap(([, columns], group) =>
    columns.filter((column) => column < count).map((column) => [column, group, 0]),
  );
  let last = 0;
  const upTo = cost.slice(count).map((gain) => (last += gain));
  const levels = level.map((column) => (column === undefined ? Infinity : upTo[column - count]));
  return { ...serving(pairs, count), levels, last, groups: served.length };
}

function farthestValue(plan, chosen) {
  const times = timesServed(plan, chosen);
  let value = plan.constant;
  for (let group = 0; group < plan.groups; group++) {
    if (!times[group] && plan.levels[group] > value) value = plan.levels[group];
  }
  return { value, beyond: value === Infinity ? plan.last : null };
}

// Pairs of place, group and cost, a place's together.
function serving(pairs, count) {
  const start = new Int32Array(count + 1);
  for (const [column] of pairs) start[column + 1]++;
  for (let column = 0; column < count; column++) start[column + 1] += start[column];
  const next = start.slice();
  const group = new Int32Array(pairs.length);
  const cost = new Float64Array(pairs.length);
  for (const [column, number, one] of pairs) {
    const at = next[column]++;
    group[at] = number;
    cost[at] = one;
  }
  return { start, group, cost };
}

function timesServed({ start, group, groups }, chosen) {
  const times = new Int32Array(groups);
  for (const column of chosen) for (let at = start[column]; at < start[column + 1]; at++) times[group[at]]++;
  return times;
}

function ruleOf(name, [least, columns, coefs]) {
  return { name, least, coef: new Map(columns.map((column, at) => [column, coefs[at]])) };
}

// Of a file that names none: rows about places alone. Where demand has such rows, too, they cannot be told apart.
function unnamed({ objective, rows }, count) {
  if (objective === "all" || objective === "farthest") return [];
  const first = rows.findIndex(([, columns]) => columns.some((column) => column >= count));
  return rows.slice(0, first < 0 ? rows.length : first).map(() => "other");
}

function breaks({ least, coef }, chosen) {
  let sum = 0;
  let size = 1;
  for (const column of chosen) {
    sum += coef.get(column) || 0;
    size = Math.max(size, Math.abs(coef.get(column) || 0));
  }
  return sum < least - SLACK * size;
}
