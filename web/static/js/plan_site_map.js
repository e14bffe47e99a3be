// The map of a plan: its numbered places, to be dragged, over the stations that stand and the candidates. Only this
// file and what lies under it knows Leaflet of a plan. The list beside it says the same in words.

import "../vendor/leaflet-1.9.4/leaflet.js";
import { fromWgs84, toWgs84 } from "./crs.js";
import { calmOptions, layStreets, loadStyles, openMap } from "./deskmap.js";

const L = window.L;
// A single place is shown with what lies around it.
const CLOSEST_ZOOM = 15;
const MOST_DOTS = 400;
const EDGE_PX = [36, 36];

// drawPlan(panel, stations, { drag, drop }) -> Promise of { show, candidates, light }; both are called with a place's
// number and the longitude and latitude (WGS-84) that it is held over or let go of.
export async function drawPlan(panel, stations, { drag, drop }) {
  await loadStyles(panel);
  const basemap = JSON.parse(document.getElementById("basemap").textContent);
  const map = openMap(panel, calmOptions(basemap));
  // What is drawn is in the list in words; nobody should have to hear it twice.
  map.getPane("markerPane").setAttribute("aria-hidden", "true");
  layStreets(map, basemap, () => {});
  const places = L.layerGroup().addTo(map);
  const { crs } = basemap;
  const pins = new Map();
  let [fitted, held] = [false, false];
  drawStanding(map, stations);

  return {
    // sites: [{ number, name, what, lon, lat, was, movable }] in WGS-84, or `drawn` in the map's own system.
    show(sites) {
      // What somebody has in hand stays there; letting go of it shows all anew.
      if (held) return;
      places.clearLayers();
      pins.clear();
      for (const site of sites) {
        const spot = placed(site, crs);
        if (site.was) L.polyline([placed(site.was, crs), spot], { className: "was", interactive: false }).addTo(places);
        pins.set(site.number, pin(panel, site, spot).addTo(places));
        const told = (call) => ({ target }) => {
          const { lat, lng } = target.getLatLng();
          call(site.number, ...toWgs84(lng, lat, crs));
        };
        pins
          .get(site.number)
          .on("dragstart", () => (held = true))
          .on("drag", told(drag))
          .on("dragend", () => (held = false))
          .on("dragend", told(drop));
      }
      if (!fitted && sites.length) {
        fitted = true;
        const bounds = L.latLngBounds(sites.map((site) => placed(site, crs)));
        map.fitBounds(bounds, { maxZoom: CLOSEST_ZOOM, padding: EDGE_PX, animate: false });
      }
    },
    candidates: (lon, lat, open) => drawCandidates(map, crs, lon, lat, open),
    light(number, on) {
      for (const [other, marker] of pins) {
        const html = marker.getElement().firstElementChild;
        html.classList.toggle("on", on && other === number);
        if (on && other === number && !map.getBounds().contains(marker.getLatLng())) {
          map.panTo(marker.getLatLng(), { animate: false });
        }
      }
    },
  };
}

function placed({ lon, lat, drawn }, crs) {
  const [x, y] = drawn || fromWgs84(lon, lat, crs);
  return L.latLng(y, x);
}

function pin(panel, { number, name, what, moved, movable }, spot) {
  const html = document.createElement("div");
  html.className = `spot ${what}${moved ? " moved" : ""}`;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${panel.dataset.icons}#pin-care_station`);
  svg.append(use);
  html.append(svg, Object.assign(document.createElement("b"), { textContent: number }));
  const icon = L.divIcon({ className: "spot-frame", html, iconSize: [36, 36], iconAnchor: [18, 18] });
  const marker = L.marker(spot, { icon, keyboard: false, riseOnHover: true, draggable: movable, autoPan: movable });
  const title = document.createElement("span");
  title.textContent = `${number}. ${name}`;
  return marker.bindTooltip(title, { direction: "top", offset: [0, -16] });
}

function drawStanding(map, stations) {
  const renderer = L.canvas({ padding: 0.3 });
  const colours = getComputedStyle(document.documentElement);
  const [ink, card] = ["--closed", "--card"].map((name) => colours.getPropertyValue(name).trim());
  for (const [name, lon, lat] of stations) {
    const title = document.createElement("span");
    title.textContent = name;
    L.circleMarker([lat, lon], { renderer, radius: 4, weight: 1.5, color: card, fillColor: ink, fillOpacity: 1 })
      .bindTooltip(title)
      .addTo(map);
  }
}

// Candidates in sight, once they are so few that they do not hide what lies under them.
function drawCandidates(map, crs, lon, lat, open) {
  const renderer = L.canvas({ padding: 0.3 });
  const layer = L.layerGroup().addTo(map);
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--soft").trim();
  const spots = Array.from(lon, (east, column) => fromWgs84(east, lat[column], crs));
  const draw = () => {
    layer.clearLayers();
    const bounds = map.getBounds().pad(0.3);
    const seen = spots.filter(([x, y], column) => open[column] && bounds.contains([y, x]));
    if (seen.length > MOST_DOTS) return;
    const look = { renderer, radius: 2.5, stroke: false, fillColor: ink, fillOpacity: 0.6, interactive: false };
    for (const [x, y] of seen) L.circleMarker([y, x], look).addTo(layer);
  };
  map.on("moveend", draw);
  draw();
}
