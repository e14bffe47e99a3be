// Reads what /api/v1/packs/<city>/streets gives: streets and the stations' stands on them, as typed arrays.
// The formats are described in geo/network/pack.py, pack_stands.py and pack_body.py.

const UNITS = 1e6;
export const PROFILES = ["walk", "ebike"];

// All nodes, edges and points are told by number. Edge i is drawn by the points from shapeStart[i] up to
// shapeStart[i + 1], both ends included; atM is metres along the edge, stretched to its true length.
export function readStreets(buffer) {
  const { head, read } = open(buffer, "yizhan-streets");
  const nodeLon = sums(read(head.nodes));
  const nodeLat = sums(read(head.nodes));
  const edgeFrom = sums(read(head.edges));
  const edgeTo = read(head.edges);
  const edgeKind = read(head.edges);
  const shapeStart = new Int32Array(head.edges + 1);
  const inside = read(head.edges);
  for (let edge = 0; edge < head.edges; edge++) {
    edgeTo[edge] += edgeFrom[edge];
    shapeStart[edge + 1] = shapeStart[edge] + inside[edge] + 2;
  }
  const lon = course(nodeLon, edgeFrom, edgeTo, shapeStart, read(head.points));
  const lat = course(nodeLat, edgeFrom, edgeTo, shapeStart, read(head.points));
  const { atM, lengthM } = measured(lon, lat, shapeStart, read(head.edges), head.scale);
  return {
    crs: head.crs,
    units: UNITS,
    nodes: head.nodes,
    edges: head.edges,
    edgeFrom,
    edgeTo,
    lengthM,
    shapeStart,
    lon,
    lat,
    atM,
    profiles: travelled(head, edgeKind),
  };
}

// The stations' codes, and for each profile where they stand: edge (-1: nowhere here), metres along it, metres from it.
// They must be of the streets that are named.
export function readStands(buffer, streets) {
  const { head, read } = open(buffer, "yizhan-stands");
  if (head.streets !== streets) throw new Error(`yizhan-stands: of ${head.streets}, not ${streets}`);
  const stands = {};
  let first = null;
  for (const profile of PROFILES) {
    const columns = [0, 1, 2].map(() => read(head.codes.length));
    if (first) columns.forEach((column, i) => column.forEach((value, row) => (column[row] = value + first[i][row])));
    first = first || columns;
    const [edge, offset, snap] = columns;
    stands[profile] = { edge, offsetM: metres(offset), snapM: metres(snap) };
  }
  return { codes: head.codes, stands };
}

function open(buffer, format) {
  const bytes = new Uint8Array(buffer);
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (head.format !== format || head.version !== 1) throw new Error(`not ${format} 1`);
  let at = 4 + length;
  const read = (count) => {
    const column = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      let byte = bytes[at++];
      let value = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = bytes[at++];
        value |= (byte & 127) << shift;
      }
      column[i] = (value >>> 1) ^ -(value & 1);
    }
    if (at > bytes.length) throw new Error(`${format}: cut short`);
    return column;
  };
  return { head, read };
}

function sums(column) {
  for (let i = 1; i < column.length; i++) column[i] += column[i - 1];
  return column;
}

function metres(decimetres) {
  return Float64Array.from(decimetres, (value) => value / 10);
}

// One coordinate of all shape points.
function course(node, edgeFrom, edgeTo, shapeStart, residual) {
  const values = new Int32Array(shapeStart[edgeFrom.length]);
  let next = 0;
  for (let edge = 0; edge < edgeFrom.length; edge++) {
    const end = shapeStart[edge + 1] - 1;
    const last = node[edgeTo[edge]];
    let before = node[edgeFrom[edge]];
    values[shapeStart[edge]] = before;
    for (let point = shapeStart[edge] + 1; point < end; point++) {
      before += Math.floor((last - before) / (end - point + 1)) + residual[next++];
      values[point] = before;
    }
    values[end] = last;
  }
  return values;
}

function measured(lon, lat, shapeStart, residual, [middle, east, slope, north]) {
  const atM = new Float64Array(lon.length);
  const lengthM = new Float64Array(residual.length);
  for (let edge = 0; edge < residual.length; edge++) {
    const [first, end] = [shapeStart[edge], shapeStart[edge + 1] - 1];
    let drawn = 0;
    for (let point = first + 1; point <= end; point++) {
      const dx = (lon[point] - lon[point - 1]) * (east + slope * ((lat[point] + lat[point - 1]) / 2 - middle));
      const dy = (lat[point] - lat[point - 1]) * north;
      drawn += Math.sqrt(dx * dx + dy * dy);
      atM[point] = drawn;
    }
    lengthM[edge] = (Math.floor(drawn * 100 + 0.5) + residual[edge]) / 100;
    const stretch = drawn > 0 ? lengthM[edge] / drawn : 0;
    for (let point = first + 1; point < end; point++) atM[point] *= stretch;
    atM[end] = lengthM[edge];
  }
  return { atM, lengthM };
}

function travelled(head, edgeKind) {
  const profiles = {};
  PROFILES.forEach((name, place) => {
    const direction = new Uint8Array(head.edges);
    const speed = new Float64Array(head.edges);
    for (let edge = 0; edge < head.edges; edge++) {
      [direction[edge], speed[edge]] = head.kinds[edgeKind[edge]][place];
    }
    profiles[name] = { direction, speed, snapSpeed: head.profiles[name].snap_speed_m_s };
  });
  return profiles;
}
