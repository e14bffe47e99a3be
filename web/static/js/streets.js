// Walking and e-bike distance on the phone itself, from a street pack: the server's answers (geo/network/paths.py),
// without network and without telling anybody where one is. What is minimised is metres; seconds are those of the
// shortest way. Positions are given in WGS-84 degrees, lines come in the crs of the pack.

import { fromWgs84 } from "./crs.js";
import { PROFILES, readStands, readStreets } from "./streetpack.js";
import { gridOf, snap } from "./streetsnap.js";
import { arcsOf, arrival, drawnWay, spread } from "./streetways.js";

const API = "/api/v1/packs";
// So far beside the blocks' bounds, which meet only nearly, and end where the last street does.
const BESIDE_DEG = 0.01;

// fetchStreetIndex(city, signal?) -> Promise of { city, crs, attribution, data_at, blocks }: see
// geo/finder/street_pack.py. Rejects where the city has no streets. To be kept beside the blocks, and asked for again
// where a block is no longer there: then the streets or the stations have changed.
export function fetchStreetIndex(city, signal) {
  return fetched(addressOf(city), signal).then((answer) => answer.json());
}

// blockAround(index, lon, lat) -> the number of the block to ask for from here; null: there are no streets here. Of
// blocks of several cities, which may lie over one another, the one whose end is farthest.
export function blockAround(index, lon, lat) {
  const [x, y] = fromWgs84(lon, lat, index.crs);
  const beside = index.blocks.map(({ inner: [west, south, east, north] }) =>
    Math.max(west - x, x - east, south - y, y - north),
  );
  const least = Math.min(...beside);
  return least <= BESIDE_DEG ? beside.indexOf(least) : null;
}

// fetchStreets(city, index, number, signal?) -> Promise of what decodeStreets returns.
export async function fetchStreets(city, index, number, signal) {
  const block = index.blocks[number];
  const file = async (part) => {
    const query = `block=${number}&part=${part}&digest=${block[part]}`;
    return (await fetched(`${addressOf(city)}?${query}`, signal)).arrayBuffer();
  };
  const [streets, stands] = await Promise.all([file("streets"), file("stands")]);
  return decodeStreets(streets, stands, block);
}

// decodeStreets(buffer, buffer, block of the index) -> { codes: the stations, in the order of all answers, ... }
// Afterwards an answer is a few milliseconds' work.
export function decodeStreets(streetsBuffer, standsBuffer, block) {
  const streets = readStreets(streetsBuffer);
  Object.assign(streets, readStands(standsBuffer, block.streets), { grid: gridOf(streets) });
  for (const profile of PROFILES) {
    const travel = streets.profiles[profile];
    travel.arcs = arcsOf(streets, travel);
    travel.reachM = block.reach_m ? block.reach_m[profile] : Infinity;
  }
  return streets;
}

// searchFrom(streets, "walk" or "ebike", lon, lat) -> a search for the functions below; null: off the network, no
// street within 300 m. One search answers for all stations.
export function searchFrom(streets, profile, lon, lat) {
  const here = snap(streets, profile, lon, lat);
  if (!here) return null;
  const cost = new Float64Array(streets.nodes).fill(Infinity);
  const search = { streets, profile, here, cost, aside: cost.slice(), via: new Int32Array(streets.nodes) };
  spread(search, streets.profiles[profile]);
  return search;
}

// distances(search) -> { metres, seconds }: Float64Arrays by place in streets.codes, both legs to the street included.
// Infinity: the station is off the network, or farther than the pack reaches.
export function distances(search) {
  const { codes } = search.streets;
  const metres = new Float64Array(codes.length).fill(Infinity);
  const seconds = metres.slice();
  for (let station = 0; station < codes.length; station++) {
    const way = arrival(search, station);
    if (way) [metres[station], seconds[station]] = [way.metres, way.seconds];
  }
  return { metres, seconds };
}

// wayTo(search, place in streets.codes) -> [[lon, lat], ...] over the streets, from the place nearest to the person to
// that nearest to the station, degrees in streets.crs; null: there is no way.
export function wayTo(search, station) {
  const way = arrival(search, station);
  return way && drawnWay(search, way);
}

function addressOf(city) {
  return `${API}/${encodeURIComponent(city)}/streets`;
}

async function fetched(address, signal) {
  const answer = await fetch(address, { signal, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer;
}
