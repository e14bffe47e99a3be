// A station's place and its entrance as pins to drag. The numbers beside it are what is saved: WGS-84, or whatever
// they are said to be; the map has its own system, and only what is drawn is moved into it.

import "../vendor/leaflet-1.9.4/leaflet.js";
import { fromWgs84, toWgs84 } from "./crs.js";
import { layStreets, loadStyles, openMap } from "./deskmap.js";

const L = window.L;
const CLOSE_ZOOM = 16;
const CITY_ZOOM = 11;
const DECIMALS = 6;
// So far beside the place that it can be taken hold of.
const BESIDE_DEGREES = 0.00012;

export async function drawPins(panel, form) {
  await loadStyles(panel);
  const basemap = JSON.parse(document.getElementById("basemap").textContent);
  panel.hidden = false;
  const said = panel.querySelector("[data-said]");
  const map = openMap(panel, {});
  const pins = ["", "entrance_"].map((prefix) => pin(map, panel, form, basemap.crs, prefix));
  form.addEventListener("input", (event) => {
    if (/^(entrance_)?(lon|lat)$|^position_crs$/.test(event.target.name)) for (const one of pins) one.show();
  });
  map.on("click", (event) => { if (!pins[0].at()) pins[0].put(event.latlng); });
  buttons(panel, map, ...pins);
  const first = pins[0].at();
  if (first) map.setView(first, CLOSE_ZOOM);
  else if (panel.dataset.centre) {
    const [x, y] = fromWgs84(...panel.dataset.centre.split(" ").map(Number), basemap.crs);
    map.setView([y, x], CITY_ZOOM);
  }
  layStreets(map, basemap, () => { said.textContent = panel.dataset.noStreets; });
}

function pin(map, panel, form, crs, prefix) {
  const [lon, lat] = ["lon", "lat"].map((name) => form.elements[prefix + name]);
  const system = form.elements.position_crs;
  const label = prefix ? panel.dataset.entrance : panel.dataset.place;
  let marker = null;

  const at = () => {
    const typed = [Number(lon.value), Number(lat.value)];
    if (!lon.value || !lat.value || !typed.every(Number.isFinite)) return null;
    const [x, y] = fromWgs84(...toWgs84(...typed, system.value), crs);
    return Math.abs(y) <= 90 ? L.latLng(y, x) : null;
  };
  const put = (place) => {
    const shown = toWgs84(place.lng, place.lat, crs);
    const [x, y] = fromWgs84(...shown, system.value);
    lon.value = x.toFixed(DECIMALS);
    lat.value = y.toFixed(DECIMALS);
    show();
  };
  const show = () => {
    const place = at();
    if (!place) {
      marker?.remove();
      marker = null;
      return;
    }
    if (!marker) {
      const html = Object.assign(document.createElement("b"), { className: "handle", textContent: label });
      const icon = L.divIcon({ className: "handle-frame", html, iconSize: [64, 44], iconAnchor: [32, 44] });
      marker = L.marker(place, { icon, draggable: true, autoPan: true, keyboard: false, title: label }).addTo(map);
      marker.on("dragend", () => put(marker.getLatLng()));
    }
    marker.setLatLng(place);
  };
  const clear = () => {
    lon.value = lat.value = "";
    show();
  };
  show();
  return { at, put, show, clear };
}

function buttons(panel, map, place, entrance) {
  panel.querySelector('[data-act="entrance"]').addEventListener("click", () => {
    const beside = place.at() ?? map.getCenter();
    if (!entrance.at()) entrance.put(L.latLng(beside.lat - BESIDE_DEGREES, beside.lng));
  });
  panel.querySelector('[data-act="no-entrance"]').addEventListener("click", entrance.clear);
}
