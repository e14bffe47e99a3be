// Where a list made here stands among the pages one has seen: its address, and the way back from it.

import { covers } from "./cities.js";
import { follow } from "./form.js";
import { draw } from "./list.js";
import { loadStreets, moveTo } from "./stock.js";

export const NEAR = "#near";

// A list's entry among the pages holds its number; where it began stays in memory alone.
export function enter(app, origin) {
  const state = { list: app.origins.push(origin) };
  app.entry = state.list;
  const over = history.state && history.state.list;
  if (origin.mine) toHash(state);
  else if (over) history.replaceState(state, "", location.href);
  else history.pushState(state, "", location.href);
  pointLinks();
}

// The address says that the list is of what is near, not where that is: loaded again, it asks for the position again.
function toHash(state) {
  const kept = new URLSearchParams(location.search);
  for (const name of [...kept.keys()]) if (name !== "lang" && name !== "big") kept.delete(name);
  const address = `/${String(kept) && `?${kept}`}${NEAR}`;
  if (location.hash === NEAR) history.replaceState(state, "", address);
  else history.pushState(state, "", address);
}

function pointLinks() {
  const hash = location.hash === NEAR ? NEAR : "";
  for (const link of document.querySelectorAll("a.size, a.language")) link.hash = hash;
}

// Back from a list made here lies what the page was; a list is not kept anywhere, and made again when it is asked for.
export function listenToHistory(app) {
  // view: "start" (the page as it came), "list" (made here) or "choice" (of places).
  Object.assign(app, { view: "start", origins: [], entry: 0 });
  app.first.origin = app.origin;
  if (history.state && history.state.list) history.replaceState(null, "");
  window.addEventListener("popstate", () => {
    const state = history.state || {};
    const entry = state.list || 0;
    // From the map one comes back to what lies under it.
    if (state.map || entry === app.entry) return;
    const origin = entry ? app.origins[entry - 1] : app.first.origin;
    app.entry = entry;
    if (origin) comeTo(app, origin);
    else if (!entry) restore(app);
  });
}

function comeTo(app, origin) {
  const first = origin === app.first.origin;
  // The page's own list may be of a city whose stations are no longer here.
  if (first && !covers(app.pack.city.code, app.phone.city)) {
    location.reload();
    return;
  }
  const { q } = app.form.elements;
  q.value = origin.mine ? "" : first ? q.defaultValue : q.value;
  if (first && !origin.mine) follow(app.form, new URLSearchParams(location.search));
  moveTo(app, origin);
  draw(app);
  loadStreets(app);
  pointLinks();
}

function restore(app) {
  Object.assign(app, { view: "start", origin: null });
  app.form.elements.q.value = app.form.elements.q.defaultValue;
  app.box.textContent = "";
  app.box.append(...app.first.nodes);
  const heading = document.querySelector(".panel h1");
  heading.textContent = "";
  heading.append(...app.first.heading);
  document.title = app.first.title;
  app.map.update(JSON.parse(app.sketch), []);
  pointLinks();
}
