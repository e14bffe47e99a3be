// The points of a file on a map, under the coordinate system that is chosen. Only this file and what lies under it
// know Leaflet of an import; how well each system fits is also said in words.

import "../vendor/leaflet-1.9.4/leaflet.js";
import { fromWgs84, toWgs84 } from "./crs.js";
import { calmOptions, layStreets, loadStyles, openMap } from "./deskmap.js";

const L = window.L;
const CLOSEST_ZOOM = 16;
const EDGE_PX = [28, 28];

const panel = document.getElementById("map");
if (panel) draw(panel);

async function draw(panel) {
  const told = read("points");
  if (!told.points.length) return;
  panel.hidden = false;
  await loadStyles(panel);
  const basemap = read("basemap");
  const map = openMap(panel, calmOptions(basemap));
  layStreets(map, basemap, () => {});
  const renderer = L.canvas();
  for (const [lon, lat] of told.standing) dot(at(...fromWgs84(lon, lat, basemap.crs)), "held", 3).addTo(map);
  const layer = L.layerGroup().addTo(map);
  const show = () => {
    layer.clearLayers();
    const crs = chosen(told);
    const spots = told.points.map(([x, y, own]) => at(...fromWgs84(...toWgs84(x, y, own || crs), basemap.crs)));
    spots.forEach((spot, index) => dot(spot, "sent", 6).bindTooltip(label(told.points[index][3])).addTo(layer));
    return spots;
  };
  // Fitted once: what moves is then seen to move.
  map.fitBounds(L.latLngBounds(show()), { maxZoom: CLOSEST_ZOOM, padding: EDGE_PX, animate: false });
  for (const radio of radios()) radio.addEventListener("change", show);

  function dot(spot, className, radius) {
    return L.circleMarker(spot, { ...colours(panel, className), radius, renderer, className });
  }
}

function radios() {
  return document.querySelectorAll('input[name="crs"]');
}

function chosen({ declared }) {
  const radio = [...radios()].find((one) => one.checked);
  return (radio && radio.value) || (declared === "column" ? "" : declared) || "wgs84";
}

function colours(panel, className) {
  const of = (name) => getComputedStyle(panel).getPropertyValue(name).trim();
  return className === "sent"
    ? { color: of("--card"), weight: 1.5, fillColor: of("--focus"), fillOpacity: 0.9 }
    : { stroke: false, fillColor: of("--closed"), fillOpacity: 0.7, interactive: false };
}

// A name of a file is text, whatever it holds.
function label(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

function at(lon, lat) {
  return L.latLng(lat, lon);
}

function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
