// What lies under the pins: streets of our own, drawn on a canvas, or a provider's pictures. Where neither can be
// fetched, the sketch is the map, as it is without them.

import "../vendor/leaflet-1.9.4/leaflet.js";

const L = window.L;

// Whose data the map shows. Returns a function that adds one more to those named in its corner.
export function credits(map) {
  const box = Object.assign(document.createElement("p"), { className: "credits" });
  const control = L.control({ position: "topleft" });
  control.onAdd = () => box;
  control.addTo(map);
  const named = new Set();
  return ({ text, href = "" }) => {
    if (!text || named.has(text)) return;
    named.add(text);
    const part = document.createElement(href ? "a" : "span");
    part.textContent = text;
    if (href) Object.assign(part, { href, target: "_blank", rel: "noopener" });
    box.append(part);
  };
}

// Calls `seen` with the credits of what is seen, when it is first seen, and `tidy` whenever names were written, with
// a function that tells whether one of them lies in a box of so many pixels around a place.
export async function drawBasemap(map, basemap, seen, tidy) {
  const approved = (credit) => seen([credit, { text: basemap.approval }]);
  if (basemap.kind === "vector") {
    const { nameWithin, streetLayer } = await import("./streetmap.js");
    const layer = streetLayer(map.getContainer(), basemap.sources, (source) => approved(source.credit));
    layer.on("load", () => tidy((...box) => nameWithin(map, layer, ...box))).addTo(map);
  }
  if (basemap.kind === "raster") {
    for (const layer of pictures(basemap)) layer.once("tileload", () => approved(basemap.credit)).addTo(map);
  }
}

function pictures({ layers, subdomains }) {
  // Providers tell by the site that asks whether a key is its own; which page of it they are not told.
  const options = { subdomains, maxZoom: 18, referrerPolicy: "strict-origin" };
  return layers.map((url) => L.tileLayer(url, options));
}
