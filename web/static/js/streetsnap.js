// The place on a street nearest to a point. The same geometry as geo/network/snap.py, where it is explained, and the
// same choice among equally near places: that on the lower edge, then the one nearer to its beginning.

import { fromWgs84 } from "./crs.js";

const AXIS_M = 6378137;
const E2 = 0.006694379990141317;
const METRES_PER_DEGREE = 111195;
// The rim of the cells searched is understated by this: it bends, and systems such as BD-09 stretch by up to 2 %.
const SLACK = 0.97;
const STEP_DEG = 1e-3;
const SMALLEST_CELL_M = 50;

// Of a point in WGS-84: {edge, offsetM, snapM}; null where no street that the profile may travel is within the limit.
export function snap(streets, profile, lon, lat, limitM = 300) {
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return null;
  const { grid } = streets;
  if (!grid) return null;
  const plane = planeAt(lon, lat, streets);
  const best = { squared: limitM * limitM, edge: -1, offsetM: 0 };
  const column = Math.floor((plane.lon - grid.west) / grid.width);
  const row = Math.floor((plane.lat - grid.south) / grid.height);
  for (let ring = 0; ; ring++) {
    const rim = rimOf(grid, plane, column, row, ring);
    if (rim * rim > best.squared) break;
    for (let r = Math.max(row - ring, 0); r <= Math.min(row + ring, grid.rows - 1); r++) {
      const step = Math.abs(r - row) === ring ? 1 : 2 * ring;
      for (let c = column - ring; c <= column + ring; c += step) {
        if (c >= 0 && c < grid.columns) scan(streets, profile, grid, plane, r * grid.columns + c, best);
      }
    }
    if (Math.max(column, row) <= ring && column + ring >= grid.columns - 1 && row + ring >= grid.rows - 1) break;
  }
  return best.edge < 0 ? null : { edge: best.edge, offsetM: best.offsetM, snapM: Math.sqrt(best.squared) };
}

// Where a place on an edge is, degrees.
export function placeOf(streets, edge, offsetM) {
  let b = streets.shapeStart[edge] + 1;
  const last = streets.shapeStart[edge + 1] - 1;
  while (b < last && streets.atM[b] < offsetM) b++;
  const long = streets.atM[b] - streets.atM[b - 1];
  const share = long > 0 ? Math.min(Math.max((offsetM - streets.atM[b - 1]) / long, 0), 1) : 0;
  const between = (values) => (values[b - 1] + share * (values[b] - values[b - 1])) / streets.units;
  return [between(streets.lon), between(streets.lat)];
}

// The straight pieces of all edges by the cells they may touch. A piece is named by the point it begins at.
export function gridOf(streets) {
  const { lon, lat, shapeStart, units } = streets;
  if (!lon.length) return null;
  const [west, east] = range(lon);
  const [south, north] = range(lat);
  const north1 = METRES_PER_DEGREE / units;
  const east1 = north1 * Math.cos(((south + north) / 2 / units / 180) * Math.PI);
  const area = (east - west + 1) * east1 * (north - south + 1) * north1;
  const side = Math.max(Math.sqrt(area / lon.length), SMALLEST_CELL_M);
  const width = Math.ceil(side / east1);
  const height = Math.ceil(side / north1);
  const grid = { west, south, width, height, columns: Math.floor((east - west) / width) + 1 };
  grid.rows = Math.floor((north - south) / height) + 1;
  grid.edgeOf = new Int32Array(lon.length);
  for (let edge = 0; edge < streets.edges; edge++) grid.edgeOf.fill(edge, shapeStart[edge], shapeStart[edge + 1]);
  grid.start = new Int32Array(grid.columns * grid.rows + 1);
  eachTouched(streets, grid, (cell) => grid.start[cell + 1]++);
  for (let cell = 0; cell < grid.start.length - 1; cell++) grid.start[cell + 1] += grid.start[cell];
  grid.piece = new Int32Array(grid.start[grid.start.length - 1]);
  const next = grid.start.slice();
  eachTouched(streets, grid, (cell, piece) => (grid.piece[next[cell]++] = piece));
  return grid;
}

function eachTouched(streets, grid, tell) {
  const { lon, lat } = streets;
  const columnOf = (value) => Math.floor((value - grid.west) / grid.width);
  const rowOf = (value) => Math.floor((value - grid.south) / grid.height);
  for (let piece = 0; piece + 1 < lon.length; piece++) {
    if (grid.edgeOf[piece] !== grid.edgeOf[piece + 1]) continue;
    const lastColumn = columnOf(Math.max(lon[piece], lon[piece + 1]));
    const lastRow = rowOf(Math.max(lat[piece], lat[piece + 1]));
    for (let row = rowOf(Math.min(lat[piece], lat[piece + 1])); row <= lastRow; row++) {
      for (let column = columnOf(Math.min(lon[piece], lon[piece + 1])); column <= lastColumn; column++) {
        tell(row * grid.columns + column, piece);
      }
    }
  }
}

function range(values) {
  let least = values[0];
  let most = values[0];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

// The point in the system and units of the streets, and what makes metres east and north of it of differences there:
// first differences in WGS-84, by how the system turns and stretches here, then normal coordinates.
function planeAt(lon, lat, { crs, units }) {
  const [x, y] = fromWgs84(lon, lat, crs);
  const [[a, c], [b, d]] = [slope(lon, lat, crs, STEP_DEG, 0), slope(lon, lat, crs, 0, STEP_DEG)];
  const area = a * d - b * c;
  const unit = Math.PI / 180 / units;
  const sin = Math.sin((lat / 180) * Math.PI);
  const cos = Math.cos((lat / 180) * Math.PI);
  const w2 = 1 - E2 * sin * sin;
  const prime = AXIS_M / Math.sqrt(w2);
  const meridian = (prime * (1 - E2)) / w2;
  return {
    lon: x * units,
    lat: y * units,
    back: [d / area, -b / area, -c / area, a / area],
    x: unit * prime * cos,
    xLat: unit * unit * meridian * sin,
    y: unit * meridian,
    yLat: (unit * unit * 1.5 * meridian * E2 * sin * cos) / w2,
    yLon: unit * unit * 0.5 * prime * sin * cos,
  };
}

function slope(lon, lat, crs, east, north) {
  const [west, south] = [lon - east, lat - north];
  const [before, after] = [fromWgs84(west, south, crs), fromWgs84(lon + east, lat + north, crs)];
  const long = lon + east - west + (lat + north - south);
  return [(after[0] - before[0]) / long, (after[1] - before[1]) / long];
}

// How near anything may be that touches no cell of the rings before this one.
function rimOf(grid, plane, column, row, ring) {
  if (ring === 0) return 0;
  const left = plane.lon - (grid.west + (column - ring + 1) * grid.width);
  const right = grid.west + (column + ring) * grid.width - plane.lon;
  const below = plane.lat - (grid.south + (row - ring + 1) * grid.height);
  const above = grid.south + (row + ring) * grid.height - plane.lat;
  return SLACK * Math.min(Math.min(left, right) * plane.x, Math.min(below, above) * plane.y);
}

function scan(streets, profile, grid, plane, cell, best) {
  const { direction } = streets.profiles[profile];
  for (let i = grid.start[cell]; i < grid.start[cell + 1]; i++) {
    const edge = grid.edgeOf[grid.piece[i]];
    if (direction[edge]) offer(streets, plane, grid.piece[i], edge, best);
  }
}

// Ends are taken in an order of their own, so that a street drawn twice, or backward, is equally near.
function offer(streets, plane, piece, edge, best) {
  const { lon, lat, atM } = streets;
  const turned = lon[piece + 1] < lon[piece] || (lon[piece + 1] === lon[piece] && lat[piece + 1] < lat[piece]);
  const [a, b] = turned ? [piece + 1, piece] : [piece, piece + 1];
  const [ax, ay] = project(plane, lon[a], lat[a]);
  const [bx, by] = project(plane, lon[b], lat[b]);
  const [dx, dy] = [bx - ax, by - ay];
  const long2 = dx * dx + dy * dy;
  const share = long2 === 0 ? 0 : Math.min(Math.max(-(ax * dx + ay * dy) / long2, 0), 1);
  // At an end the end itself, to the bit: streets that meet there are equally near.
  const [x, y] = share === 1 ? [bx, by] : [ax + share * dx, ay + share * dy];
  const squared = x * x + y * y;
  if (squared > best.squared) return;
  const along = turned ? 1 - share : share;
  const offsetM = along === 1 ? atM[piece + 1] : atM[piece] + along * (atM[piece + 1] - atM[piece]);
  if (squared === best.squared && best.edge >= 0) {
    if (edge > best.edge || (edge === best.edge && offsetM >= best.offsetM)) return;
  }
  Object.assign(best, { squared, edge, offsetM });
}

function project({ lon: lon0, lat: lat0, back: [a, b, c, d], x, xLat, y, yLat, yLon }, lon, lat) {
  const dlon = a * (lon - lon0) + b * (lat - lat0);
  const dlat = c * (lon - lon0) + d * (lat - lat0);
  return [dlon * (x - xLat * dlat), dlat * (y + yLat * dlat) + yLon * dlon * dlon];
}
