// The map, and the only file that knows Leaflet. It shows what the list says: the list is the truth.

import "../vendor/leaflet-1.9.4/leaflet.js";

const L = window.L;
const CLOSEST_ZOOM = 17;
const METRES_PER_DEGREE = 111195;
const PIN_PX = 15;
const RINGS_M = [500, 1000, 2000, 5000];

export async function drawMap(panel) {
  await Promise.all(panel.dataset.styles.split(" ").map(style));
  const sketch = JSON.parse(document.getElementById("sketch").textContent);
  const rows = [...document.querySelectorAll(".card")];
  const map = L.map(panel.querySelector(".canvas"), {
    attributionControl: false,
    zoomControl: false,
    minZoom: 4,
    maxZoom: 18,
    zoomSnap: 0.5,
  });
  L.control
    .zoom({ position: "topright", zoomInTitle: panel.dataset.zoomIn, zoomOutTitle: panel.dataset.zoomOut })
    .addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);

  const pins = new Map(rows.map((row) => [row, pin(row, panel)]));
  fit(map, sketch, rows);
  drawHere(map, sketch.here, panel);
  drawDots(map, sketch.dots, panel);
  const labels = [...drawAreas(map, sketch.areas), ...drawLabels(map, sketch.labels)];
  for (const marker of pins.values()) marker.addTo(map);
  // What is drawn is in the list in words; nobody should have to hear it twice.
  map.getPane("markerPane").setAttribute("aria-hidden", "true");

  link(pins);
  declutter(map, labels, pins);
  map.on("zoomend resize", () => declutter(map, labels, pins));

  return {
    select: (row) => select(map, pins, row),
    resized() {
      map.invalidateSize();
      fit(map, sketch, rows);
      declutter(map, labels, pins);
    },
  };
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

function pin(row, panel) {
  const { number, kind, state } = row.dataset;
  const html = element("div", `pin ${state}`);
  html.append(shape(panel, `pin-${kind}`), element("b", "", number));
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

function fit(map, sketch, rows) {
  const points = rows.map(place);
  if (sketch.here) points.push(at(...sketch.here));
  if (!points.length) for (const item of [...sketch.areas, ...sketch.labels]) points.push(at(...item.slice(-2)));
  if (!points.length) for (const item of sketch.dots) points.push(at(...item.slice(-2)));
  if (points.length) map.fitBounds(L.latLngBounds(points).pad(0.06), { maxZoom: CLOSEST_ZOOM, animate: false });
  else map.setView([35, 105], 4);
}

function drawHere(map, here, panel) {
  if (!here) return;
  const centre = at(...here);
  for (const radius of RINGS_M) {
    L.circle(centre, { radius, className: "ring", fill: false, interactive: false }).addTo(map);
    const top = L.latLng(centre.lat + radius / METRES_PER_DEGREE, centre.lng);
    const text = radius < 1000 ? `${radius} m` : `${radius / 1000} km`;
    L.marker(top, { icon: label("ring-label", text), interactive: false, keyboard: false }).addTo(map);
  }
  const icon = L.divIcon({ className: "here-frame", html: element("div", "here"), iconSize: [50, 50] });
  L.marker(centre, { icon, keyboard: false, zIndexOffset: 1000 })
    .bindTooltip(element("span", "", panel.dataset.here), { direction: "top", offset: [0, -22] })
    .addTo(map);
}

function drawDots(map, dots, panel) {
  for (const [code, name, kind, lon, lat] of dots) {
    const html = element("div", "dot");
    html.append(shape(panel, kind));
    const icon = L.divIcon({ className: "dot-frame", html, iconSize: [24, 24] });
    const box = element("div", "bubble");
    box.append(element("strong", "", name), anchor(panel.dataset.station.replace("CODE", encodeURIComponent(code)), panel.dataset.details));
    L.marker(at(lon, lat), { icon, keyboard: false }).bindPopup(box, { minWidth: 160 }).addTo(map);
  }
}

function label(className, text) {
  return L.divIcon({ className: "label-frame", html: element("span", className, text), iconSize: [0, 0] });
}

function drawLabels(map, labels) {
  return labels.map(([name, lon, lat]) =>
    L.marker(at(lon, lat), { icon: label("landmark", name), interactive: false, keyboard: false }).addTo(map),
  );
}

function drawAreas(map, areas) {
  return areas.map(([name, count, lon, lat]) => {
    const icon = label("district", name);
    icon.options.html.append(element("b", "", count));
    const marker = L.marker(at(lon, lat), { icon, keyboard: false, zIndexOffset: 500 }).addTo(map);
    return marker.on("click", () => {
      location.href = document.querySelector(`[data-area="${CSS.escape(name)}"]`).href;
    });
  });
}

// Labels that would lie over pins or over one another: the earlier ones stay.
function declutter(map, labels, pins) {
  const taken = [...pins.values()].map((marker) => {
    const { x, y } = map.latLngToContainerPoint(marker.getLatLng());
    return [x - PIN_PX, y - PIN_PX, x + PIN_PX, y + PIN_PX];
  });
  for (const marker of labels) {
    const text = marker.getElement().firstElementChild;
    text.hidden = false;
    const { width, height } = text.getBoundingClientRect();
    const { x, y } = map.latLngToContainerPoint(marker.getLatLng());
    const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    const clashes = taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3]);
    text.hidden = clashes;
    if (!clashes) taken.push(box);
  }
}

function link(pins) {
  const light = (row, marker, on) => {
    row.classList.toggle("on", on);
    marker.getElement().firstElementChild.classList.toggle("on", on);
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
