// The way to a station: its line over the streets, dashed where it is only the straight one, and its end.

import "../vendor/leaflet-1.9.4/leaflet.js";

const L = window.L;

// `end` is the element that marks the station.
export function drawWay(map, way, end) {
  const points = way.line.map(([lon, lat]) => L.latLng(lat, lon));
  const kind = way.by === "line" ? "way-line straight" : "way-line";
  for (const className of [`${kind} casing`, kind]) {
    L.polyline(points, { className, interactive: false, smoothFactor: 0.5 }).addTo(map);
  }
  const icon = L.divIcon({ className: "pin-frame", html: end, iconSize: [36, 36], iconAnchor: [18, 18] });
  return L.marker(points[points.length - 1], { icon, keyboard: false, zIndexOffset: 3000 }).addTo(map);
}
