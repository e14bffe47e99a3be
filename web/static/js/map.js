// The map. It shows what the list says: the list is the truth. Only this file and what lies under it, the basemap,
// know Leaflet.

import "../vendor/leaflet-1.9.4/leaflet.js";
import { credits, drawBasemap } from "./basemap.js";
import { drawWay } from "./way.js";

const L = window.L;
const CLOSEST_ZOOM = 17;
const METRES_PER_DEGREE = 111195;
const PIN_PX = 15;
// Around what is fitted: half a pin, and as much again as keeps it off the edge.
const EDGE_PX = 22;
// However small a map is, this part of it stays for what is fitted.
const LEAST_PART = 0.15;
// Which sides of a map are kept free of pins for what lies there: at the top names, to the right buttons, at the
// bottom the scale.
const SIDES = [
  [0, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 1], [1, 1, 0], [0, 1, 1], [1, 1, 1],
];
const NOWHERE = [[35, 105], 4];
const RINGS_M = [500, 1000, 2000, 5000];

// drawMap(panel, zoom?) -> Promise of the map; zoom: instead of the one at which all is seen.
export async function drawMap(panel, zoom = null) {
  await Promise.all(panel.dataset.styles.split(" ").map(style));
  const basemap = told("basemap");
  const map = L.map(panel.querySelector(".canvas"), {
    attributionControl: false,
    zoomControl: false,
    minZoom: 4,
    maxZoom: 18,
    // Between whole zooms a basemap is blurred, a sketch is not.
    zoomSnap: basemap.kind === "none" ? 0.5 : 1,
  });
  const credit = addControls(map, panel);
  const touched = touches(map);
  const refit = () => fit(map, drawn.sketch, drawn.rows, zoom);
  let drawn = drawSketch(map, panel, zoom);
  // What is drawn is in the list in words; nobody should have to hear it twice.
  map.getPane("markerPane").setAttribute("aria-hidden", "true");

  const tidy = tidier(map, () => drawn);
  const seen = (parts) => {
    panel.querySelector(".legend").hidden = true;
    parts.forEach(credit);
    // What they lie over is another part of the map than the legend did.
    if (!touched()) refit();
  };
  // Where the network is too weak for it, the sketch is there already.
  drawBasemap(map, basemap, seen, tidy).catch(() => {});

  return {
    map,
    credit,
    touched,
    crs: basemap.crs,
    select: (row) => select(map, drawn.pins, row),
    // The page has another list, and another sketch around it.
    update() {
      drawn.layer.remove();
      // While the map is fitted, nothing of what is gone may be tidied.
      drawn = { labels: [], markers: [] };
      drawn = drawSketch(map, panel, zoom);
      tidy();
    },
    resized() {
      map.invalidateSize();
      refit();
      tidy();
    },
  };
}

function drawSketch(map, panel, zoom) {
  const sketch = told("sketch");
  const rows = sketch.way ? [] : [...document.querySelectorAll(".card")];
  const layer = L.layerGroup().addTo(map);
  const pins = new Map(rows.map((row) => [row, pin(row, panel)]));
  fit(map, sketch, rows, zoom);
  const here = drawHere(layer, sketch, panel);
  if (sketch.way) here.push(drawWay(layer, sketch.way, mark(panel, sketch.way.end)));
  drawDots(layer, sketch.dots, panel);
  const rings = sketch.here && !sketch.way ? drawRings(layer, at(...sketch.here)) : [];
  const labels = [...rings, ...drawAreas(layer, sketch.areas), ...drawLabels(layer, sketch.labels)];
  for (const marker of pins.values()) marker.addTo(layer);
  link(pins);
  return { layer, sketch, rows, pins, labels, markers: [...pins.values(), ...here] };
}

function addControls(map, panel) {
  L.control
    .zoom({ position: "topright", zoomInTitle: panel.dataset.zoomIn, zoomOutTitle: panel.dataset.zoomOut })
    .addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  return credits(map);
}

function told(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function style(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), {
      rel: "stylesheet",
      href,
      onload: resolve,
      onerror: reject,
    });
    document.head.append(link);
  });
}

function at(lon, lat) {
  return L.latLng(Number(lat), Number(lon));
}

function place(row) {
  return at(row.dataset.lon, row.dataset.lat);
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function shape(panel, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${panel.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

function mark(panel, { kind, state, text = "" }) {
  const html = element("div", `pin ${state}`);
  html.append(shape(panel, `pin-${kind}`), element("b", "", text));
  return html;
}

function pin(row, panel) {
  const { number, kind, state } = row.dataset;
  const html = mark(panel, { kind, state, text: number });
  const icon = L.divIcon({ className: "pin-frame", html, iconSize: [36, 36], iconAnchor: [18, 18] });
  const marker = L.marker(place(row), { icon, keyboard: false, riseOnHover: true, zIndexOffset: 2000 - number });
  return marker.bindPopup(() => popup(row, panel), { minWidth: 180, maxWidth: 260, autoPanPadding: [20, 60] });
}

function popup(row, panel) {
  const link = row.querySelector("h3 a");
  const box = element("div", "bubble");
  box.append(element("strong", "", link.textContent), row.querySelector(".state").cloneNode(true));
  box.append(row.querySelector(".far").cloneNode(true), anchor(link.href, panel.dataset.details));
  return box;
}

function anchor(href, text) {
  return Object.assign(document.createElement("a"), { href, textContent: text });
}

// Returns a function that tells whether somebody has taken the map into their own hands.
function touches(map) {
  let own = false;
  for (const sign of ["pointerdown", "touchstart", "wheel", "keydown"]) {
    map.getContainer().addEventListener(sign, () => (own = true), { capture: true, passive: true });
  }
  return () => own;
}

function fit(map, sketch, rows, zoom) {
  // Of a long list by distance the first are what somebody comes for.
  const points = rows.slice(0, sketch.fitted).map(place);
  if (sketch.here) points.push(at(...sketch.here));
  if (sketch.way) points.push(...sketch.way.line.map((spot) => at(...spot)));
  if (!points.length) for (const item of [...sketch.areas, ...sketch.labels]) points.push(at(...item.slice(-2)));
  if (!points.length) for (const item of sketch.dots) points.push(at(...item.slice(-2)));
  const [centre, closest] = points.length ? view(map, points) : NOWHERE;
  map.setView(centre, zoom || closest, { animate: false });
}

// The closest view of some places at which no pin is cut or lies under a control: [centre, zoom]. Beside the edge
// whole sides may have to be kept free; on a map too small for that some pins lie under what is there.
function view(map, points) {
  const boxes = controls(map);
  const views = SIDES.map((sides) => viewBeside(map, points, boxes, sides));
  const clear = views.filter(([centre, zoom]) => points.every((spot) => !isUnder(map, spot, centre, zoom, boxes)));
  return clear.length ? clear.reduce((one, other) => (other[1] > one[1] ? other : one)) : views[0];
}

// Where controls lie: [left, top, right, bottom] in pixels of the map, in the order of SIDES.
function controls(map) {
  const box = map.getContainer().getBoundingClientRect();
  const panel = map.getContainer().parentElement;
  // Inside out: it takes no room, and nothing lies under it.
  const none = { left: box.right, top: box.bottom, right: box.left, bottom: box.top };
  return [".legend, .credits", ".leaflet-control-zoom", ".leaflet-control-scale"].map((names) => {
    const seen = [...panel.querySelectorAll(names)].map((one) => one.getBoundingClientRect());
    const { left, top, right, bottom } = seen.find(({ width }) => width) || none;
    return [left - box.left, top - box.top, right - box.left, bottom - box.top];
  });
}

function viewBeside(map, points, [names, buttons, scale], [top, right, bottom]) {
  const { x, y } = map.getSize();
  const [left, east] = room(EDGE_PX, EDGE_PX + right * (x - buttons[0]), x);
  const [over, under] = room(EDGE_PX + top * names[3], EDGE_PX + bottom * (y - scale[1]), y);
  const bounds = L.latLngBounds(points);
  const zoom = Math.min(CLOSEST_ZOOM, map.getBoundsZoom(bounds, false, L.point(left + east, over + under)));
  const [west, north] = [bounds.getSouthWest(), bounds.getNorthEast()].map((spot) => map.project(spot, zoom));
  const middle = west.add(north).divideBy(2).add(L.point(east - left, under - over).divideBy(2));
  return [map.unproject(middle, zoom), zoom];
}

function isUnder(map, spot, centre, zoom, boxes) {
  const { x, y } = map.project(spot, zoom).subtract(map.project(centre, zoom)).add(map.getSize().divideBy(2));
  return boxes.some((box) => meet(box, [x - EDGE_PX, y - EDGE_PX, x + EDGE_PX, y + EDGE_PX]));
}

function room(before, after, size) {
  const part = Math.min(1, ((1 - LEAST_PART) * size) / (before + after));
  return [before * part, after * part];
}

function drawRings(layer, centre) {
  return RINGS_M.map((radius) => {
    L.circle(centre, { radius, className: "ring", fill: false, interactive: false }).addTo(layer);
    const top = L.latLng(centre.lat + radius / METRES_PER_DEGREE, centre.lng);
    const text = radius < 1000 ? `${radius} m` : `${radius / 1000} km`;
    return L.marker(top, { icon: label("ring-label", text), interactive: false, keyboard: false }).addTo(layer);
  });
}

function drawHere(layer, { here, way }, panel) {
  if (!here) return [];
  // Where a line begins, a ring around it would cut it.
  const html = element("div", way ? "here start" : "here");
  const icon = L.divIcon({ className: "here-frame", html, iconSize: [50, 50] });
  const marker = L.marker(at(...here), { icon, keyboard: false, zIndexOffset: 1000 })
    .bindTooltip(element("span", "", panel.dataset.here), { direction: "top", offset: [0, -22] })
    .addTo(layer);
  return [marker];
}

function drawDots(layer, dots, panel) {
  for (const [code, name, kind, lon, lat] of dots) {
    const html = element("div", "dot");
    html.append(shape(panel, kind));
    const icon = L.divIcon({ className: "dot-frame", html, iconSize: [24, 24] });
    const box = element("div", "bubble");
    box.append(element("strong", "", name), anchor(panel.dataset.station.replace("CODE", encodeURIComponent(code)), panel.dataset.details));
    L.marker(at(lon, lat), { icon, keyboard: false }).bindPopup(box, { minWidth: 160 }).addTo(layer);
  }
}

function label(className, text) {
  return L.divIcon({ className: "label-frame", html: element("span", className, text), iconSize: [0, 0] });
}

function drawLabels(layer, labels) {
  return labels.map(([name, lon, lat]) =>
    L.marker(at(lon, lat), { icon: label("landmark", name), interactive: false, keyboard: false }).addTo(layer),
  );
}

function drawAreas(layer, areas) {
  return areas.map(([name, count, lon, lat]) => {
    const icon = label("district", name);
    icon.options.html.append(element("b", "", count));
    const marker = L.marker(at(lon, lat), { icon, keyboard: false, zIndexOffset: 500 }).addTo(layer);
    return marker.on("click", () => {
      location.href = document.querySelector(`[data-area="${CSS.escape(name)}"]`).href;
    });
  });
}

// Returns a function that hides what cannot be read; it is told where the basemap has names, once that is known.
function tidier(map, drawn) {
  let named = () => false;
  const tidy = (within = named) => {
    named = within;
    declutter(map, drawn(), named);
  };
  tidy();
  map.on("zoomend resize", () => tidy());
  return tidy;
}

// Labels that would lie over pins, over one another or over the basemap's names: the earlier ones stay.
function declutter(map, { labels, markers }, named) {
  const taken = markers.map((marker) => boxAround(map, marker, 2 * PIN_PX, 2 * PIN_PX));
  for (const marker of labels) {
    const text = marker.getElement().firstElementChild;
    text.hidden = false;
    const { width, height } = text.getBoundingClientRect();
    const box = boxAround(map, marker, width, height);
    // A district is a button, and a ring is read by its label: they lie over the names under them.
    const over = text.matches(".district, .ring-label");
    text.hidden = taken.some((other) => meet(box, other)) || (!over && named(marker.getLatLng(), width, height));
    if (!text.hidden) taken.push(box);
  }
}

function boxAround(map, marker, width, height) {
  const { x, y } = map.latLngToContainerPoint(marker.getLatLng());
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

function meet(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function link(pins) {
  const light = (row, marker, on) => {
    row.classList.toggle("on", on);
    const html = marker.getElement();
    // A pin that is taken off the map closes what it has opened.
    if (!html) return;
    html.firstElementChild.classList.toggle("on", on);
    marker.setZIndexOffset(on ? 5000 : 2000 - row.dataset.number);
  };
  for (const [row, marker] of pins) {
    for (const [begin, end] of [
      ["mouseenter", "mouseleave"],
      ["focusin", "focusout"],
    ]) {
      row.addEventListener(begin, () => light(row, marker, true));
      row.addEventListener(end, () => light(row, marker, false));
    }
    marker.on("mouseover popupopen", () => light(row, marker, true));
    marker.on("mouseout popupclose", () => light(row, marker, false));
    marker.on("click", () => row.scrollIntoView({ block: "nearest", behavior: "smooth" }));
  }
}

function select(map, pins, row) {
  const marker = pins.get(row);
  if (!map.getBounds().contains(marker.getLatLng())) map.panTo(marker.getLatLng(), { animate: false });
  marker.openPopup();
}
