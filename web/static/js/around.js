// What the map shows of a list made here: the sketch around it, and a way without a network.

import { wayLine } from "./answer.js";
import { fromWgs84, toWgs84 } from "./crs.js";
import { tell } from "./draw.js";
import { distances } from "./near.js";

const DOTS = 120;
const LABELS = 40;

export function onMap({ pack, panel }, lon, lat) {
  const { crs } = JSON.parse(document.getElementById("basemap").textContent);
  if (!crs || crs === pack.crs) return [lon, lat];
  return fromWgs84(...toWgs84(lon, lat, pack.crs), crs);
}

export function sketchOf(app, listed) {
  const { pack, texts, origin } = app;
  const { crs } = JSON.parse(document.getElementById("basemap").textContent);
  const far = distances(pack, origin.here);
  const serving = (row) => ["open", "trial"].includes(pack.statuses[pack.status[row]]);
  const others = pack.codes.map((_, row) => row).filter((row) => serving(row) && !listed.has(row));
  others.sort((a, b) => far[a] - far[b]);
  const dot = (row) => [pack.codes[row], pack.names[row], pack.kinds[pack.kind[row]], ...onMap(app, pack.lon[row], pack.lat[row])];
  const here = fromWgs84(origin.here.lon, origin.here.lat, crs || pack.crs);
  const marks = (texts ? texts.landmarks : []).map(({ name, lon, lat }) => [name, ...onMap(app, lon, lat)]);
  const off = ([, lon, lat]) => (lon - here[0]) ** 2 + (lat - here[1]) ** 2;
  marks.sort((a, b) => off(a) - off(b));
  return { here, dots: others.slice(0, DOTS).map(dot), labels: marks.slice(0, LABELS), areas: [] };
}

// Without a network: the way on the map, from the streets in the phone.
export function drawWay(app, item, code, by) {
  const { pack, streets, origin } = app;
  const profile = by === "line" ? "walk" : by;
  const found = wayLine(streets, profile, origin.here, code);
  const straight = [fromWgs84(origin.here.lon, origin.here.lat, pack.crs), [pack.lon[item.row], pack.lat[item.row]]];
  const line = (found || straight).map(([lon, lat]) => onMap(app, lon, lat));
  if (!found) tell(app.phone.words.no_way);
  const end = { kind: pack.kinds[pack.kind[item.row]], state: item.shown };
  app.map.showWay({ here: line[0], dots: [], labels: [], areas: [], way: { line, by: found ? profile : "line", end } });
  return true;
}
