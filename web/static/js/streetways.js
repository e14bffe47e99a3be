// Shortest ways over a street pack, from one place to all, as the server finds them (geo/network/kernels.py, ends.py).

import { placeOf } from "./streetsnap.js";

const FORWARD = 1;
const BACKWARD = 2;
// How a search came to a node from the place where it began, on an edge that begins there or ends there.
const FROM_START = -1;
const FROM_END = -2;

// Dijkstra's. A node that is bettered, even after its turn, waits again.
export function spread(search, { arcs: { start, to, edge, metres, seconds }, reachM }) {
  const { streets, profile, here, cost, aside, via } = search;
  const waiting = queue(cost);
  const meet = (node, reached, beside, by) => {
    if (reached > reachM || reached > cost[node] || (reached === cost[node] && beside >= aside[node])) return;
    cost[node] = reached;
    aside[node] = beside;
    via[node] = by;
    waiting.add(node);
  };
  for (const leg of legs(streets, profile, here, false)) {
    meet(leg.node, leg.metres, leg.seconds, leg.atStart ? FROM_START : FROM_END);
  }
  for (let node = waiting.take(); node >= 0; node = waiting.take()) {
    for (let arc = start[node]; arc < start[node + 1]; arc++) {
      meet(to[arc], cost[node] + metres[arc], aside[node] + seconds[arc], edge[arc]);
    }
  }
}

// The shortest way to a station: by which end of its street one comes, or straight along the street one is on. Null:
// there is none, or the pack does not reach so far.
export function arrival(search, station) {
  const { streets, profile, here, cost, aside } = search;
  const stand = standOf(search, station);
  if (stand.edge < 0) return null;
  let best = straight(streets, profile, here, stand);
  for (const leg of legs(streets, profile, stand, true)) {
    const metres = cost[leg.node] + leg.metres;
    const seconds = aside[leg.node] + leg.seconds;
    const better = !best || metres < best.metres || (metres === best.metres && seconds < best.seconds);
    if (metres < Infinity && better) best = { metres, seconds, node: leg.node, atStart: leg.atStart };
  }
  if (!best || best.metres > streets.profiles[profile].reachM) return null;
  return Object.assign(best, { stand });
}

function straight(streets, profile, here, stand) {
  const { direction, speed, snapSpeed } = streets.profiles[profile];
  const aheadM = stand.offsetM - here.offsetM;
  const bits = (aheadM >= 0 ? FORWARD : 0) | (aheadM <= 0 ? BACKWARD : 0);
  if (stand.edge !== here.edge || !(direction[here.edge] & bits)) return null;
  const snapM = here.snapM + stand.snapM;
  const seconds = snapM / snapSpeed + Math.abs(aheadM) / speed[here.edge];
  return { metres: snapM + Math.abs(aheadM), seconds, straight: true };
}

// Between a place on an edge and the ends of it: from the ends to the place, or from the place to the ends.
function legs(streets, profile, place, towards) {
  const { direction, speed, snapSpeed } = streets.profiles[profile];
  const { edge, offsetM, snapM } = place;
  const lengthM = streets.lengthM[edge];
  const [byStart, byEnd] = towards ? [FORWARD, BACKWARD] : [BACKWARD, FORWARD];
  let startM = direction[edge] & byStart ? offsetM : Infinity;
  let endM = direction[edge] & byEnd ? lengthM - offsetM : Infinity;
  // A place at the very end of a one-way street is the junction, where all its streets begin.
  if (offsetM <= 0) startM = 0;
  else if (offsetM >= lengthM) endM = 0;
  const leg = (node, alongM, atStart) => ({
    node,
    atStart,
    metres: snapM + alongM,
    seconds: snapM / snapSpeed + alongM / speed[edge],
  });
  return [leg(streets.edgeFrom[edge], startM, true), leg(streets.edgeTo[edge], endM, false)].filter(
    (each) => each.metres < Infinity,
  );
}

function standOf({ streets, profile }, station) {
  const stands = streets.stands[profile];
  const edge = stands.edge[station];
  // Told in decimetres, the end of an edge is told rounded up.
  const offsetM = Math.min(stands.offsetM[station], edge < 0 ? 0 : streets.lengthM[edge]);
  return { edge, offsetM, snapM: stands.snapM[station] };
}

// Which way one may go from each node: the arcs of node i are those from start[i] up to start[i + 1].
export function arcsOf({ nodes, edges, edgeFrom, edgeTo, lengthM }, { direction, speed }) {
  const start = new Int32Array(nodes + 1);
  const each = (tell) => {
    for (let edge = 0; edge < edges; edge++) {
      if (edgeFrom[edge] === edgeTo[edge]) continue;
      if (direction[edge] & FORWARD) tell(edgeFrom[edge], edgeTo[edge], edge);
      if (direction[edge] & BACKWARD) tell(edgeTo[edge], edgeFrom[edge], edge);
    }
  };
  each((node) => start[node + 1]++);
  for (let node = 0; node < nodes; node++) start[node + 1] += start[node];
  const next = start.slice();
  const made = { start, to: new Int32Array(start[nodes]), edge: new Int32Array(start[nodes]) };
  each((node, there, edge) => {
    made.to[next[node]] = there;
    made.edge[next[node]++] = edge;
  });
  made.metres = Float64Array.from(made.edge, (edge) => lengthM[edge]);
  made.seconds = Float64Array.from(made.edge, (edge) => lengthM[edge] / speed[edge]);
  return made;
}

// A binary heap of nodes by their cost, which may fall while they wait.
function queue(cost) {
  const held = new Int32Array(cost.length);
  const place = new Int32Array(cost.length).fill(-1);
  let size = 0;
  const put = (node, at) => {
    held[at] = node;
    place[node] = at;
  };
  return {
    add(node) {
      let hole = place[node] < 0 ? size++ : place[node];
      for (let above = (hole - 1) >> 1; hole > 0 && cost[held[above]] > cost[node]; above = (hole - 1) >> 1) {
        put(held[above], hole);
        hole = above;
      }
      put(node, hole);
    },
    // The cheapest; -1 when none waits.
    take() {
      if (!size) return -1;
      const first = held[0];
      const last = held[--size];
      place[first] = -1;
      if (!size) return first;
      let hole = 0;
      for (let below = 1; below < size; below = 2 * hole + 1) {
        if (below + 1 < size && cost[held[below + 1]] < cost[held[below]]) below++;
        if (cost[held[below]] >= cost[last]) break;
        put(held[below], hole);
        hole = below;
      }
      put(last, hole);
      return first;
    },
  };
}

// The line of a way that `arrival` found.
export function drawnWay(search, way) {
  const { streets, here } = search;
  const { stand } = way;
  if (way.straight) return piece(streets, stand.edge, here.offsetM, stand.offsetM);
  let node = way.node;
  const inM = way.atStart ? 0 : streets.lengthM[stand.edge];
  const parts = [piece(streets, stand.edge, inM, stand.offsetM)];
  while (search.via[node] >= 0) {
    const edge = search.via[node];
    const forward = streets.edgeTo[edge] === node;
    const long = streets.lengthM[edge];
    parts.push(forward ? piece(streets, edge, 0, long) : piece(streets, edge, long, 0));
    node = forward ? streets.edgeFrom[edge] : streets.edgeTo[edge];
  }
  const outM = search.via[node] === FROM_START ? 0 : streets.lengthM[here.edge];
  parts.push(piece(streets, here.edge, here.offsetM, outM));
  const line = [].concat(...parts.reverse());
  return line.filter((place, i) => !i || place[0] !== line[i - 1][0] || place[1] !== line[i - 1][1]);
}

// Part of an edge as it is drawn, from one place along it to another.
function piece(streets, edge, beginM, endM) {
  const [low, high] = beginM <= endM ? [beginM, endM] : [endM, beginM];
  const line = [placeOf(streets, edge, low)];
  for (let point = streets.shapeStart[edge]; point < streets.shapeStart[edge + 1]; point++) {
    if (streets.atM[point] > low && streets.atM[point] < high) {
      line.push([streets.lon[point] / streets.units, streets.lat[point] / streets.units]);
    }
  }
  line.push(placeOf(streets, edge, high));
  return beginM <= endM ? line : line.reverse();
}
