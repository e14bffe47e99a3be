// The finder on the phone: the city's pack once, then every list is made here. Where somebody is stays here, too:
// it is in no request but the one for a way, which is asked for by a tap.

import { answer, wayLine } from "./answer.js";
import { card } from "./cards.js";
import { fromWgs84, toWgs84 } from "./crs.js";
import { element, notice, parts, picks, title, wayButton } from "./draw.js";
import { findPlaces, searchable, wishOf } from "./find.js";
import { distances } from "./near.js";
import { fetchPack, fetchTexts } from "./pack.js";
import { fill } from "./saying.js";
import { blockAround, fetchStreetIndex, fetchStreets } from "./streets.js";

const PATIENCE_MS = 4000;
const CALM_MS = 700;
const FAR_M = 20000;
const VAGUE_M = 500;
const DOTS = 120;
const LABELS = 40;
export const NEAR = "#near";

// startApp({ phone, form, panel, map }) -> the app; phone: what the page brought; map: what panel.js gives.
// app.listed is kept when the first list made here is there, with the streets around it where there are any.
export function startApp({ phone, form, panel, map }) {
  const box = document.getElementById("found");
  const app = { phone, form, panel, map, box, pack: null, texts: null, streets: null, origin: null, offline: () => false };
  app.first = { nodes: [...box.childNodes], heading: [...document.querySelector(".panel h1").childNodes], title: document.title };
  app.sketch = document.getElementById("sketch").textContent;
  app.origin = given(form);
  app.listed = new Promise((resolve) => (app.list = resolve));
  app.packed = loadPack(app, phone.city);
  listenToForm(app);
  listenToHistory(app);
  listenToHands(app);
  return app;
}

// Where the server's own list began: a place everybody may know, or a position this page was posted with.
function given(form) {
  const { lon, lat, name = "", by } = form.dataset;
  if (lon) return { here: { lon: Number(lon), lat: Number(lat) }, name, by };
  const posted = form.querySelector("[name=lon]");
  if (!posted) return null;
  return { here: { lon: Number(posted.value), lat: Number(form.elements.lat.value) }, name: "", mine: true, by };
}

async function loadPack(app, city) {
  const pack = await fetchPack(city);
  Object.assign(app, { pack, texts: null, streets: null, loadingStreets: null, search: searchable(pack, null) });
  for (const control of app.form.querySelectorAll(".app")) control.hidden = false;
  app.texted = loadTexts(app, pack).catch(() => null);
  // A list that was measured along streets is not to be measured by line again.
  if (app.origin && app.origin.by && app.origin.by !== "line") app.texted.then(() => loadStreets(app));
  return pack;
}

async function loadTexts(app, pack) {
  const texts = await fetchTexts(pack.city.code, pack);
  if (texts === null || app.pack !== pack) return;
  app.texts = texts;
  app.search = searchable(pack, texts);
  if (app.drawn) await calm(app).then(() => draw(app));
}

// After the first list: the streets around. They come once for a place; a list made before is made again.
function loadStreets(app) {
  if (!app.pack.streets || !app.origin || app.loadingStreets) return app.loadingStreets;
  const { here } = app.origin;
  app.loadingStreets = streetsAround(app.pack.city.code, here)
    .then(async (streets) => {
      app.streets = streets;
      if (!app.drawn || !streets) return;
      await calm(app);
      draw(app);
      tell(app, app.phone.words.resorted);
    })
    .catch(() => {
      app.loadingStreets = null;
    });
  return app.loadingStreets;
}

async function streetsAround(city, { lon, lat }) {
  const index = await fetchStreetIndex(city);
  const number = blockAround(index, lon, lat);
  if (number === null) return null;
  const streets = await fetchStreets(city, index, number);
  return Object.assign(streets, { credit: index.attribution, number, index });
}

// near(app, coords of the browser) -> Promise of whether the list could be made here.
export async function near(app, { longitude, latitude, accuracy }) {
  const here = { lon: longitude, lat: latitude };
  try {
    // Where it failed before, the network may be there again.
    app.packed = app.packed.catch(() => loadPack(app, app.phone.city));
    await within(app.packed, PATIENCE_MS);
    if (app.phone.many) await within(home(app, here), PATIENCE_MS);
  } catch (fault) {
    return false;
  }
  show(app, { here, name: "", mine: true, accuracy });
  return true;
}

// Far from every station of its city a phone asks for all the cities, and finds its own.
async function home(app, here) {
  if (distances(app.pack, here).some((metres) => metres < FAR_M)) return;
  const all = await (await fetch("/cities.json")).json();
  const gap = ([, lon, lat]) => (lon - here.lon) ** 2 * Math.cos((here.lat * Math.PI) / 180) ** 2 + (lat - here.lat) ** 2;
  const [nearest] = all.sort((a, b) => gap(a) - gap(b))[0];
  if (nearest !== app.pack.city.code) await (app.packed = loadPack(app, nearest));
}

function within(promise, ms) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(reject, ms))]);
}

function show(app, origin) {
  if (app.origin && !sameBlock(app, origin.here)) Object.assign(app, { streets: null, loadingStreets: null });
  app.origin = origin;
  if (origin.mine) toHash(app);
  else if (!app.drawn) history.pushState({ list: true }, "", location.href);
  app.form.elements.q.value = origin.mine ? "" : app.form.elements.q.value;
  app.drawn = true;
  tell(app, draw(app));
  Promise.resolve(loadStreets(app)).then(app.list);
  document.querySelector(".panel h1").scrollIntoView({ block: "nearest" });
}

function sameBlock({ streets }, here) {
  return Boolean(streets) && blockAround(streets.index, here.lon, here.lat) === streets.number;
}

// The address says that the list is of what is near, not where that is: loaded again, it asks for the position again.
function toHash(app) {
  const kept = new URLSearchParams(location.search);
  for (const name of [...kept.keys()]) if (name !== "lang" && name !== "big") kept.delete(name);
  const address = `/${String(kept) && `?${kept}`}${NEAR}`;
  if (location.hash === NEAR) history.replaceState({ list: true }, "", address);
  else history.pushState({ list: true }, "", address);
  for (const link of document.querySelectorAll("a.size, a.language")) link.hash = NEAR;
}

function asked(form) {
  const checked = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((input) => input.value);
  const [open] = checked("open_at");
  const own = form.querySelector("[data-when]:checked");
  const moment = Date.parse(open);
  const chosen = (name) => form.querySelector(`[data-app=${name}]`).value;
  return {
    by: checked("by")[0] || "line",
    at: moment ? Number(form.dataset.at) : Date.now(),
    then: moment ? form.querySelector("[name=open_at]").parentNode.textContent.trim() : "",
    longest: chosen("sort") === "open",
    wants: {
      kinds: checked("kind"),
      facilities: checked("facility"),
      whos: [chosen("who")].filter(Boolean),
      star: Number(chosen("star")) || 0,
      when: own ? own.dataset.when : open === "arrival" ? "arrival" : open ? "now" : undefined,
    },
  };
}

// Returns what there is to tell of the list that is drawn.
function draw(app) {
  const { pack, streets, phone, origin, box } = app;
  const { words } = phone;
  const ask = Object.assign(asked(app.form), { here: origin.here });
  const found = answer(pack, streets, ask);
  const rows = [...found.known, ...found.unknown].map((item, n) => rowOf(app, item, n + 1, ask));
  const kept = keepPlace(box);
  if (origin.name) title(words.nearest, { name: origin.name });
  else title(words.mine);
  box.textContent = "";
  if (origin.accuracy > VAGUE_M) box.append(notice(fill(words.vague, { metres: 100 * Math.round(origin.accuracy / 100) })));
  if (found.off) box.append(notice(words.off));
  box.append(...parts(words, found, { when: ask.wants.when, then: ask.then, longest: ask.longest, rows }));
  if (origin.mine) box.append(element("p", "soft", words.private));
  if (found.by !== "line") box.append(element("p", "soft credit", fill(words.credit, { who: streets.credit })));
  kept();
  const sketch = sketchOf(app, new Set([...found.known, ...found.unknown].map(({ row }) => row)));
  app.map.update(sketch, rows);
  return fill(words.found, { count: rows.length });
}

function rowOf(app, item, number, { wants, by, at }) {
  const { pack, panel } = app;
  const code = pack.codes[item.row];
  const href = panel.dataset.station.replace("CODE", encodeURIComponent(code));
  const row = card(app, item, { number, wanted: wants.facilities, at, href, place: onMap(app, pack.lon[item.row], pack.lat[item.row]) });
  if (pack.streets) {
    const posted = () => {
      const { lon, lat } = app.origin.here;
      return { lon: lon.toFixed(4), lat: lat.toFixed(4), by: by === "line" ? "walk" : by };
    };
    row.append(wayButton(code, posted, () => app.offline() && drawWay(app, item, code, by)));
  }
  return row;
}

// A list made anew under somebody's finger stays where it is: the first row in the window that is still there, and
// the focus.
function keepPlace(box) {
  const rows = () => [...box.querySelectorAll(".card")];
  const seen = rows().filter((row) => row.getBoundingClientRect().bottom > 0);
  const tops = seen.map((row) => [row.dataset.code, row.getBoundingClientRect().top]);
  const held = document.activeElement && document.activeElement.closest(".card");
  return () => {
    const now = new Map(rows().map((row) => [row.dataset.code, row]));
    const same = tops.find(([code]) => now.has(code));
    // Whoever sees the beginning of the list sees it still.
    if (same && tops[0][1] < 0) window.scrollBy(0, now.get(same[0]).getBoundingClientRect().top - same[1]);
    if (held && now.has(held.dataset.code)) now.get(held.dataset.code).querySelector("h3 a").focus({ preventScroll: true });
  };
}

function onMap({ pack, panel }, lon, lat) {
  const { crs } = JSON.parse(document.getElementById("basemap").textContent);
  if (!crs || crs === pack.crs) return [lon, lat];
  return fromWgs84(...toWgs84(lon, lat, pack.crs), crs);
}

function sketchOf(app, listed) {
  const { pack, texts, origin } = app;
  const { crs } = JSON.parse(document.getElementById("basemap").textContent);
  const far = distances(pack, origin.here);
  const serving = (row) => ["open", "trial"].includes(pack.statuses[pack.status[row]]);
  const others = pack.codes.map((_, row) => row).filter((row) => serving(row) && !listed.has(row));
  others.sort((a, b) => far[a] - far[b]);
  const dot = (row) => [pack.codes[row], pack.names[row], pack.kinds[pack.kind[row]], ...onMap(app, pack.lon[row], pack.lat[row])];
  const here = fromWgs84(origin.here.lon, origin.here.lat, crs || pack.crs);
  const marks = (texts ? texts.landmarks : []).map(({ name, lon, lat }) => [name, ...onMap(app, lon, lat)]);
  const off = ([, lon, lat]) => (lon - here[0]) ** 2 + (lat - here[1]) ** 2;
  marks.sort((a, b) => off(a) - off(b));
  return { here, dots: others.slice(0, DOTS).map(dot), labels: marks.slice(0, LABELS), areas: [] };
}

// Without a network: the way on the map, from the streets in the phone.
function drawWay(app, item, code, by) {
  const { pack, streets, origin } = app;
  const profile = by === "line" ? "walk" : by;
  const found = wayLine(streets, profile, origin.here, code);
  const straight = [fromWgs84(origin.here.lon, origin.here.lat, pack.crs), [pack.lon[item.row], pack.lat[item.row]]];
  const line = (found || straight).map(([lon, lat]) => onMap(app, lon, lat));
  if (!found) tell(app, app.phone.words.no_way);
  const end = { kind: pack.kinds[pack.kind[item.row]], state: item.shown };
  app.map.showWay({ here: line[0], dots: [], labels: [], areas: [], way: { line, by: found ? profile : "line", end } });
  return true;
}

function tell(app, text) {
  document.getElementById("told").textContent = text;
}

// Whether this page's list can be made here; if not, the server makes it, as without scripts.
function able(app) {
  if (!app.pack || !app.origin) return false;
  const { by, at } = asked(app.form);
  const inside = at >= app.pack.hours.start && at < app.pack.hours.start + app.pack.hours.days * 86400000;
  const measured = by === "line" || !app.origin.by || app.origin.by === "line" || app.streets;
  return Boolean(inside && measured);
}

function again(app) {
  app.drawn = true;
  tell(app, draw(app));
  loadStreets(app);
  if (!app.origin.mine && !app.origin.found) history.replaceState(history.state, "", address(app.form));
}

function address(form) {
  const query = new URLSearchParams(location.search);
  for (const name of ["kind", "facility", "by", "open_at"]) query.delete(name);
  for (const input of form.querySelectorAll("[name]:checked")) query.append(input.name, input.value);
  const own = form.querySelector("[data-when=arrival]:checked");
  if (own) query.set("open_at", "arrival");
  return `${location.pathname}?${query}`;
}

function listenToForm(app) {
  const { form } = app;
  form.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("[name=q]")) return;
    if (target.matches("[data-when], [name=open_at]") && target.checked) {
      for (const other of form.querySelectorAll("[data-when], [name=open_at]")) if (other !== target) other.checked = false;
    }
    if (target.matches("select")) target.classList.toggle("chosen", Boolean(target.value));
    if (able(app)) again(app);
    else if (app.first.list && target.matches("[name=kind], [name=by], [name=open_at]")) submit(form);
  });
  form.addEventListener("submit", (event) => {
    const text = form.elements.q.value.trim();
    const same = app.origin && (app.origin.mine ? !text : text === form.elements.q.defaultValue);
    if (same && able(app)) {
      event.preventDefault();
      form.querySelector("details").open = false;
      again(app);
    } else if (text && app.pack && app.offline()) {
      event.preventDefault();
      find(app, text);
    }
  });
  app.first.list = Boolean(document.querySelector(".list, #found > .notice"));
}

function submit(form) {
  if (form.requestSubmit) form.requestSubmit();
  else form.submit();
}

// find(app, text): a typed place, without the server.
export async function find(app, text) {
  await app.texted;
  const { words } = app.phone;
  const wish = wishOf(app.search, text);
  for (const [name, codes] of [["kind", wish.kinds], ["facility", wish.facilities]]) {
    for (const code of codes) for (const box of app.form.querySelectorAll(`[name=${name}][value=${code}]`)) box.checked = true;
  }
  const when = wish.when.includes("all_day") ? "[data-when=all_day]" : wish.when.includes("now") ? "[name=open_at]" : null;
  if (when) {
    for (const other of app.form.querySelectorAll("[data-when], [name=open_at]")) other.checked = other.matches(when);
  }
  if (!wish.rest) {
    if (app.origin) again(app);
    else app.form.querySelector("#locate").click();
    return;
  }
  const places = findPlaces(app.search, wish.rest);
  const exact = places.filter((place) => place.exact);
  const likely = exact.length ? exact : places;
  if (likely.length === 1) start(app, likely[0]);
  else choose(app, wish.rest, places, words);
}

function start(app, { name, lon, lat }) {
  const [east, north] = toWgs84(lon, lat, app.pack.crs);
  show(app, { here: { lon: east, lat: north }, name, found: true });
}

function choose(app, text, places, words) {
  title(places.length ? words.which : words.nothing, { text });
  app.box.textContent = "";
  if (!places.length) app.box.append(notice(words.other), ...app.first.nodes);
  else {
    const named = (category) => words.kinds[category] || words.levels[category] || category;
    app.box.append(element("p", "soft", fill(words.several, { text })), picks(places, named, (place) => start(app, place)));
  }
  tell(app, document.querySelector(".panel h1").textContent);
}

// Back from a list made here lies what the page was; a list is not kept anywhere, and made again when it is asked for.
function listenToHistory(app) {
  if (history.state && history.state.list) history.replaceState(null, "");
  window.addEventListener("popstate", () => {
    const state = history.state || {};
    if (state.map) return;
    if (state.list && app.origin) draw(app);
    else if (app.drawn && !app.first.list) restore(app);
  });
}

function restore(app) {
  app.drawn = false;
  app.box.textContent = "";
  app.box.append(...app.first.nodes);
  const heading = document.querySelector(".panel h1");
  heading.textContent = "";
  heading.append(...app.first.heading);
  document.title = app.first.title;
  app.map.update(JSON.parse(app.sketch), []);
}

// Nothing moves while a finger is on the page, or has just been.
function listenToHands(app) {
  app.touched = 0;
  for (const sign of ["pointerdown", "pointerup", "touchmove", "wheel", "keydown"]) {
    window.addEventListener(sign, () => (app.touched = Date.now()), { passive: true, capture: true });
  }
}

async function calm(app) {
  for (let left = app.touched + CALM_MS - Date.now(); left > 0; left = app.touched + CALM_MS - Date.now()) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}
