// How our own basemap looks: quiet, so that the pins are seen first. Colours are tokens of css/map.css.

import protomaps from "../vendor/protomaps-leaflet-5.1.0/protomaps-leaflet.js";

const L = window.L;
const FIRST_ZOOM = 8;
const LAST_ZOOM = 14;
const SHARP = 2;
const POINT = 1;
const LINE = 2;
const AREA = 3;
const MAIN = ["motorway", "trunk", "primary", "secondary"];
const COLOURS = [
  "water", "green", "road", "main-road", "casing", "path", "rail",
  "road-name", "water-name", "green-name", "place-name",
];
const { exp } = protomaps;

// Pixels by zoom.
const WIDTH = {
  motorway: exp(1.5, [[9, 1], [12, 2], [14, 4], [16, 9], [18, 20]]),
  trunk: exp(1.5, [[9, 1], [12, 2], [14, 4], [16, 9], [18, 20]]),
  primary: exp(1.5, [[10, 0.8], [12, 1.6], [14, 3.5], [16, 8.5], [18, 19]]),
  secondary: exp(1.5, [[11, 0.7], [13, 1.8], [15, 5], [16, 7.5], [18, 17]]),
  tertiary: exp(1.5, [[12, 0.7], [14, 2], [16, 6], [18, 15]]),
  minor: exp(1.5, [[13, 0.6], [14, 1], [16, 4.5], [18, 12]]),
  path: exp(1.5, [[15, 0.8], [16, 1], [18, 2.2]]),
  rail: exp(1.5, [[10, 0.6], [14, 1], [18, 2]]),
};
const WATERWAY = {
  river: exp(1.5, [[9, 1], [14, 3], [18, 14]]),
  canal: exp(1.5, [[12, 0.8], [14, 2], [18, 10]]),
  stream: exp(1.5, [[14, 0.6], [18, 4]]),
  // Where the sea could not be closed to an area.
  coastline: () => 1.5,
};
const CASING = 1.6;

// The colours and the typeface are those of the element that the map is drawn in.
export function streetLayer(element, sources, seen) {
  const colours = {};
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  readColours(element, colours);
  const named = sources.map((source, number) => [String(number), source]);
  const layer = protomaps.leafletLayer({
    sources: Object.fromEntries(named.map(([name, source]) => [name, tilesOf(source, seen)])),
    bounds: L.latLngBounds(sources.flatMap(({ bounds: [w, s, e, n] }) => [[s, w], [n, e]])),
    paintRules: every(named, paintRules(colours)),
    labelRules: every(named, labelRules(colours)),
    attribution: "",
    minZoom: FIRST_ZOOM + 1,
    noWrap: true,
    // What an old phone has memory for.
    keepBuffer: 1,
    devicePixelRatio: Math.min(window.devicePixelRatio, SHARP),
  });
  // As addListener, which every browser has.
  scheme.addListener(() => {
    readColours(element, colours);
    layer.rerenderTiles();
  });
  return layer;
}

export function nameWithin(map, layer, place, width, height) {
  const names = layer.labelers.getIndex(map.getZoom());
  const { x, y } = map.project(place);
  const box = { minX: x - width / 2, minY: y - height / 2, maxX: x + width / 2, maxY: y + height / 2 };
  return Boolean(names && names.bboxCollides(box, Infinity));
}

function readColours(element, colours) {
  const style = getComputedStyle(element);
  colours.font = style.fontFamily;
  colours.land = style.getPropertyValue("--land").trim();
  for (const name of COLOURS) colours[name] = style.getPropertyValue(`--map-${name}`).trim();
}

// What the library asks of an archive of tiles; ours come one by one, and only where there are any.
function tilesOf(source, seen) {
  let first = true;
  const archive = {
    async getZxy(z, x, y, signal) {
      if (z < FIRST_ZOOM || !meets(source.bounds, z, x, y)) return undefined;
      const url = source.url.replace("{z}", z).replace("{x}", x).replace("{y}", y);
      const answer = await fetch(url, { signal });
      if (answer.status === 204) return undefined;
      // Thrown, it is asked for again when the tile is next wanted.
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      const data = await answer.arrayBuffer();
      if (first) seen(source);
      first = false;
      return { data };
    },
  };
  return { url: archive, maxDataZoom: LAST_ZOOM, levelDiff: 1 };
}

function meets([west, south, east, north], z, x, y) {
  const side = 2 ** z;
  const lon = (column) => (column / side) * 360 - 180;
  const lat = (row) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / side))) * 180) / Math.PI;
  return lon(x) <= east && lon(x + 1) >= west && lat(y + 1) <= north && lat(y) >= south;
}

function every(named, rules) {
  return rules.flatMap((rule) => named.map(([dataSource]) => ({ ...rule, dataSource })));
}

function paintRules(colours) {
  const area = (dataLayer, colour) => ({
    dataLayer,
    symbolizer: new protomaps.PolygonSymbolizer({ fill: () => colours[colour] }),
    filter: (zoom, feature) => feature.geomType === AREA,
  });
  const line = (dataLayer, kinds, colour, width, more) => ({
    dataLayer,
    symbolizer: new protomaps.LineSymbolizer({
      color: () => colours[colour],
      width: (zoom, feature) => width(zoom, feature.props.kind),
      lineCap: "round",
      lineJoin: "round",
      perFeature: true,
      ...more,
    }),
    filter: (zoom, feature) => feature.geomType === LINE && kinds.includes(feature.props.kind),
  });
  const wide = (zoom, kind) => WIDTH[kind](zoom);
  const cased = (zoom, kind) => WIDTH[kind](zoom) + CASING;
  return [
    area("green", "green"),
    area("water", "water"),
    line("water", Object.keys(WATERWAY), "water", (zoom, kind) => WATERWAY[kind](zoom)),
    line("roads", ["path"], "path", wide, { lineCap: "butt" }),
    line("roads", ["rail"], "rail", wide),
    { ...line("roads", [...MAIN, "tertiary", "minor"], "casing", cased), minzoom: 14 },
    line("roads", ["tertiary", "minor"], "road", wide),
    line("roads", MAIN, "main-road", wide),
  ];
}

// The earlier ones win where two would meet.
function labelRules(colours) {
  const names = document.documentElement.lang.startsWith("en") ? ["name_en", "name"] : ["name"];
  const text = (colour, size, weight = 400) => ({
    labelProps: names,
    fill: () => colours[colour],
    stroke: () => colours.land,
    width: 2,
    font: () => `${weight} ${size}px ${colours.font}`,
    letterSpacing: 0.5,
    lineHeight: 1.3,
  });
  const apart = (symbolizer) => new protomaps.Padding(4, symbolizer);
  const place = (kinds, minzoom, maxzoom, size) => ({
    dataLayer: "places",
    minzoom,
    maxzoom,
    symbolizer: apart(new protomaps.CenteredTextSymbolizer(text("place-name", size, 500))),
    filter: (zoom, feature) => feature.geomType === POINT && kinds.includes(feature.props.kind),
  });
  const along = (dataLayer, kinds, minzoom, colour, size) => ({
    dataLayer,
    minzoom,
    symbolizer: new protomaps.LineLabelSymbolizer({
      ...text(colour, size),
      width: 3.5,
      position: protomaps.LineLabelPlacement.Center,
      repeatDistance: 420,
    }),
    filter: (zoom, feature) => feature.geomType === LINE && kinds.includes(feature.props.kind),
  });
  const within = (dataLayer, minzoom, colour, size) => ({
    dataLayer,
    minzoom,
    symbolizer: apart(middleOf(new protomaps.CenteredTextSymbolizer(text(colour, size)))),
    filter: (zoom, feature) => feature.geomType === AREA,
  });
  return [
    place(["city", "town"], 9, 14, 15),
    place(["suburb", "village"], 12, 16, 13),
    within("water", 13, "water-name", 12),
    along("roads", MAIN, 13, "road-name", 12),
    along("water", ["river", "canal"], 13, "water-name", 12),
    within("green", 15, "green-name", 12),
    along("roads", ["tertiary", "minor"], 15, "road-name", 11.5),
    place(["neighbourhood", "hamlet"], 15, 18, 12),
  ];
}

// An area's name is written in its middle, once, and only where there is room for it.
function middleOf(symbolizer) {
  return {
    place(layout, rings, feature) {
      const [west, east] = range(rings.flat().map((point) => point.x));
      const [north, south] = range(rings.flat().map((point) => point.y));
      const middle = rings[0][0].clone();
      Object.assign(middle, { x: (west + east) / 2, y: (north + south) / 2 });
      const [label] = symbolizer.place(layout, [[middle]], feature) || [];
      if (!label || label.bboxes[0].maxX - label.bboxes[0].minX > (east - west) * 1.2) return undefined;
      return [{ ...label, deduplicationKey: feature.props.name, deduplicationDistance: 300 }];
    },
  };
}

function range(numbers) {
  return [Math.min(...numbers), Math.max(...numbers)];
}
