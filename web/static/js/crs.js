// Coordinate systems met in China, the phone's twin of geo/crs.py: the same formulas, held to it by a test.
// Everything is longitude before latitude, in degrees; `crs` is "wgs84", "cgcs2000", "gcj02" or "bd09".

const WGS84_SEMI_MAJOR_M = 6378137;
const WGS84_ECCENTRICITY_SQUARED = 6.69437999014132e-3;
// Krasovsky 1940, by which GCJ-02 scales its offset.
const SEMI_MAJOR_M = 6378245;
const ECCENTRICITY_SQUARED = 0.00669342162296594323;
const GCJ02_STEPS = 5;
const BD09_STEPS = 3;
const BD09_TURN = (Math.PI * 3000) / 180;
const DEGREES = 180 / Math.PI;
// The border is asked of the original, which on the way back is known to rounding only.
const BACK_SLACK = 1e-9;

// [lon, lat] in a system of a place in WGS-84; the same place outside the mainland.
export function fromWgs84(lon, lat, crs) {
  if (!isShifted(crs) || !offsetApplies(lon, lat)) return [lon, lat];
  const moved = gcj02FromWgs84(lon, lat);
  return crs === "bd09" ? bd09FromGcj02(moved[0], moved[1]) : moved;
}

// [lon, lat] in WGS-84 of a place in a system: the exact inverse.
export function toWgs84(lon, lat, crs) {
  if (!isShifted(crs)) return [lon, lat];
  const gcj02 = crs === "bd09" ? gcj02FromBd09(lon, lat) : [lon, lat];
  const original = undo(gcj02FromWgs84, gcj02[0], gcj02[1], gcj02, GCJ02_STEPS);
  return offsetApplies(original[0], original[1], BACK_SLACK) ? original : [lon, lat];
}

export function isShifted(crs) {
  return crs === "gcj02" || crs === "bd09";
}

// Whether GCJ-02 moves a place: on the mainland. Rectangles for this one test only; they show no border.
export function offsetApplies(lon, lat, slack = 0) {
  return within(lon, lat, MAINLAND, slack) && !within(lon, lat, HONG_KONG_AND_MACAU, -slack);
}

function within(lon, lat, rectangles, slack) {
  return rectangles.some(
    ([south, north, west, east]) =>
      south - slack <= lat && lat < north + slack && west - slack <= lon && lon < east + slack,
  );
}

// Where `way` leads to lon, lat, by fixed-point steps from `start`.
function undo(way, lon, lat, start, steps) {
  let [x, y] = start;
  for (let step = 0; step < steps; step++) {
    const [thereLon, thereLat] = way(x, y);
    x += lon - thereLon;
    y += lat - thereLat;
  }
  return [x, y];
}

function gcj02FromWgs84(lon, lat) {
  const { PI, sin, cos, sqrt, abs } = Math;
  const x = lon - 105;
  const y = lat - 35;
  const root = sqrt(abs(x));
  const shared = ((20 * sin(6 * PI * x) + 20 * sin(2 * PI * x)) * 2) / 3;
  let northM = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared;
  northM += ((20 * sin(PI * y) + 40 * sin((PI * y) / 3)) * 2) / 3;
  northM += ((160 * sin((PI * y) / 12) + 320 * sin((PI * y) / 30)) * 2) / 3;
  let eastM = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared;
  eastM += ((20 * sin(PI * x) + 40 * sin((PI * x) / 3)) * 2) / 3;
  eastM += ((150 * sin((PI * x) / 12) + 300 * sin((PI * x) / 30)) * 2) / 3;
  const m = 1 - ECCENTRICITY_SQUARED * sin(lat / DEGREES) ** 2;
  const meridianM = (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / (m * sqrt(m));
  const parallelM = (SEMI_MAJOR_M / sqrt(m)) * cos(lat / DEGREES);
  return [lon + (eastM / parallelM) * DEGREES, lat + (northM / meridianM) * DEGREES];
}

function bd09FromGcj02(lon, lat) {
  const z = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * BD09_TURN);
  const theta = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * BD09_TURN);
  return [z * Math.cos(theta) + 0.0065, z * Math.sin(theta) + 0.006];
}

function gcj02FromBd09(lon, lat) {
  const x = lon - 0.0065;
  const y = lat - 0.006;
  const z = Math.hypot(x, y) - 0.00002 * Math.sin(y * BD09_TURN);
  const theta = Math.atan2(y, x) - 0.000003 * Math.cos(x * BD09_TURN);
  return undo(bd09FromGcj02, lon, lat, [z * Math.cos(theta), z * Math.sin(theta)], BD09_STEPS);
}

// geocentric(lon, lat) -> [x, y, z] in metres, of WGS-84 degrees on its ellipsoid.
export function geocentric(lon, lat) {
  const sin = Math.sin(lat / DEGREES);
  const cos = Math.cos(lat / DEGREES);
  const normal = WGS84_SEMI_MAJOR_M / Math.sqrt(1 - WGS84_ECCENTRICITY_SQUARED * sin * sin);
  const up = normal * (1 - WGS84_ECCENTRICITY_SQUARED) * sin;
  return [normal * cos * Math.cos(lon / DEGREES), normal * cos * Math.sin(lon / DEGREES), up];
}

// South, north, west, east in WGS-84 degrees; the numbers of geo/crs.py.
const MAINLAND = [
  [53, 53.7, 119.4, 126.2],
  [51, 53, 119.1, 127.4],
  [50, 51, 118.9, 127.9],
  [49, 50, 115.7, 130.5],
  [48.5, 49, 115.4, 131.2],
  [48, 49.4, 85.3, 89.4],
  [47.5, 48.5, 115.3, 134.95],
  [47, 48, 82.6, 91.2],
  [46.5, 47.5, 116.3, 134.8],
  [45.5, 47, 82, 91.3],
  [45.5, 46.5, 114.8, 134.1],
  [45, 45.5, 111.5, 133.5],
  [44.5, 45.5, 79.7, 95],
  [43.3, 45, 110.9, 131.5],
  [42.8, 44.5, 80.05, 96.6],
  [42.8, 43.3, 109.8, 131.4],
  [42.4, 42.8, 79.8, 102.5],
  [42.4, 42.8, 107, 131.2],
  [42, 42.4, 79.6, 129.8],
  [41.35, 42, 76.6, 128.8],
  [41, 41.35, 76.5, 126.9],
  [40.45, 41, 74.8, 126.3],
  [40, 40.45, 73.4, 125.05],
  [39.5, 40, 73.4, 124.4],
  [38.5, 39.5, 73.4, 123.9],
  [37, 38.5, 74.4, 123.9],
  [36, 37, 74.9, 123.9],
  [35.5, 36, 75.9, 123.9],
  [34, 35.5, 77.7, 123.9],
  [31, 34, 78.3, 123.9],
  [30.5, 31, 79.3, 123.9],
  [30, 30.5, 80.2, 123.9],
  [29.5, 30, 81.9, 123.9],
  [29, 29.5, 83.2, 123.9],
  [28.5, 29, 84, 123.9],
  [28, 28.5, 85.2, 123],
  [27.85, 28, 85.8, 122.5],
  [27.2, 27.85, 88.7, 89.25],
  [26.8, 27.85, 91.5, 93.9],
  [27.5, 27.85, 97.6, 122],
  [26, 27.5, 98.3, 121.6],
  [25.4, 26, 97.9, 120.4],
  [25, 25.4, 97.6, 119.95],
  [24.5, 25, 97.4, 119.95],
  [23.85, 24.5, 97.4, 119],
  [23, 23.85, 98.5, 118.8],
  [22.49, 23, 99, 104.2],
  [22, 22.49, 99, 102.4],
  [21.1, 22, 99.85, 101.95],
  [22.68, 23, 104.2, 104.87],
  [22.8, 23, 105.4, 106.53],
  [22, 23, 106.53, 118.8],
  [21.92, 22, 106.65, 118.8],
  [21.65, 21.92, 106.95, 118.8],
  [21.536, 21.65, 107.35, 118.8],
  [20.2, 21.536, 108.08, 117],
  [17.9, 20.2, 108.3, 112.5],
  [12, 17.9, 111, 118.2],
  [7.5, 12, 111, 116.8],
  [3.5, 7.5, 111, 113.5],
];
const HONG_KONG_AND_MACAU = [
  [22.15, 22.455, 113.83, 114.44],
  [22.455, 22.5, 113.96, 114.44],
  [22.5, 22.527, 114.09, 114.44],
  [22.527, 22.55, 114.25, 114.44],
  [22.18, 22.2145, 113.532, 113.6],
  [22.105, 22.18, 113.548, 113.61],
];
