// A map to work on, at a desk: the same controls, credit and basemap wherever something is placed or checked.

import "../vendor/leaflet-1.9.4/leaflet.js";
import { credits, drawBasemap } from "./basemap.js";

const L = window.L;
const NOWHERE = [[35, 105], 4];

// loadStyles(panel) -> Promise of the panel's stylesheets, whose addresses it carries.
export function loadStyles(panel) {
  return Promise.all(panel.dataset.styles.split(" ").map(style));
}

// Of a page that is scrolled past the map: the wheel is the page's until the map is chosen.
export function calmOptions(basemap) {
  return { zoomSnap: basemap.kind === "none" ? 0.5 : 1, scrollWheelZoom: false };
}

// openMap(panel, options) -> Leaflet's map, showing no place yet.
export function openMap(panel, options) {
  const basics = { attributionControl: false, zoomControl: false, minZoom: 4, maxZoom: 18 };
  const map = L.map(panel.querySelector(".canvas"), Object.assign(basics, options));
  if (!map.scrollWheelZoom.enabled()) map.once("focus", () => map.scrollWheelZoom.enable());
  const { zoomIn, zoomOut } = panel.dataset;
  L.control.zoom({ position: "topright", zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  map.setView(...NOWHERE);
  return map;
}

// Draws the streets, or what is configured in their place, with the credit they ask for; failed: when they don't come.
export function layStreets(map, basemap, failed) {
  const credit = credits(map);
  drawBasemap(map, basemap, (parts) => parts.forEach(credit), () => {}).catch(failed);
}

function style(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve, onerror: reject });
    document.head.append(link);
  });
}
