// Draws a study on a Leaflet map. All it is given is data; names become text, never markup.
(map, data) => {
  const text = (lines) => {
    const box = document.createElement("div");
    for (const line of lines) box.appendChild(document.createElement("div")).textContent = line;
    return box;
  };
  // Coordinates are lon, lat in units of 1e-5 degrees, each after the first as the step from the one before.
  const unpacked = (steps) => {
    const points = [];
    for (let i = 0, lon = 0, lat = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      points.push([lat / 1e5, lon / 1e5]);
    }
    return points;
  };
  const layers = {
    reach: L.layerGroup(),
    demand: L.layerGroup(),
    gaps: L.layerGroup(),
    stations: L.layerGroup(),
  };
  if (data.sites.length) Object.assign(layers, { gained: L.layerGroup(), sites: L.layerGroup() });
  if (data.reach.length) {
    L.polyline(data.reach.map(unpacked), {
      color: data.colours.reach, weight: 1.5, opacity: 0.75, interactive: false,
    }).addTo(layers.reach);
  }
  // Dots stand for so many metres, that they touch at every zoom as they do on paper.
  for (const [look, lon, lat, radius, ...lines] of data.dots) {
    L.circle([lat, lon], { radius, stroke: false, fillColor: data.colours[look], fillOpacity: 0.75 })
      .bindTooltip(text(lines)).addTo(layers.demand);
  }
  for (const gap of data.gaps) {
    L.polygon(unpacked(gap.outline), {
      color: data.colours.gap, weight: 2, dashArray: "5 4", fill: false, interactive: false,
    }).addTo(layers.gaps);
    const side = gap.rank <= data.numbered ? 28 : 20;
    const className = gap.rank <= data.numbered ? "gap-rank" : "gap-rank minor";
    const mark = L.divIcon({ className, html: text([String(gap.rank)]), iconSize: [side, side] });
    // The heavier lies over the lighter, wherever they are.
    L.marker([gap.lat, gap.lon], { icon: mark, alt: gap.lines[0], zIndexOffset: -1000 * gap.rank })
      .bindTooltip(text(gap.lines)).bindPopup(text(gap.lines)).addTo(layers.gaps);
  }
  for (const { lon, lat, state, lines } of data.stations) {
    const mark = L.divIcon({ className: `station ${state}`, iconSize: [14, 14] });
    L.marker([lat, lon], { icon: mark, alt: lines[0] })
      .bindTooltip(text(lines)).bindPopup(text(lines)).addTo(layers.stations);
  }
  for (const [lon, lat, toLon, toLat, radius, line] of data.gained) {
    const color = data.colours.gained;
    L.polyline([[lat, lon], [toLat, toLon]], { color, weight: 1.5, opacity: 0.7, interactive: false })
      .addTo(layers.gained);
    L.circle([lat, lon], { radius, stroke: false, fillColor: color, fillOpacity: 0.9 })
      .bindTooltip(text([line])).addTo(layers.gained);
  }
  for (const { number, lon, lat, what, lines } of data.sites) {
    const html = text([String(number)]);
    const mark = L.divIcon({ className: `site ${what}`, html, iconSize: [26, 26] });
    L.marker([lat, lon], { icon: mark, alt: lines[0], zIndexOffset: 1000 - number })
      .bindTooltip(text(lines)).bindPopup(text(lines)).addTo(layers.sites);
  }
  const switches = L.control.layers(null, {}, { collapsed: map.getSize().x < 600 });
  for (const [name, layer] of Object.entries(layers)) {
    layer.addTo(map);
    switches.addOverlay(layer, data.words[name]);
  }
  switches.addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix("Leaflet");
  for (const line of data.attributions) map.attributionControl.addAttribution(text([line]).firstChild.innerHTML);
  map.options.zoomSnap = 0.25;
  const fit = () => data.bounds && map.fitBounds(data.bounds, { padding: [16, 16], maxZoom: 16 });
  fit();
  // A whole city at once: marks that would lie over everything shrink.
  const shrink = () => map.getContainer().classList.toggle("far", map.getZoom() < 14);
  map.on("zoomend", shrink);
  shrink();
  // In a frame that is not shown yet there is nothing to fit to.
  if (!map.getSize().x || !map.getSize().y) map.once("resize", fit);
}
