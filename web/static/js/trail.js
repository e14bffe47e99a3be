// Where a list made here stands among the pages one has seen: its address, and the way back from it.

import { draw } from "./list.js";

export const NEAR = "#near";

// The address says that the list is of what is near, not where that is: loaded again, it asks for the position again.
export function toHash(app) {
  const kept = new URLSearchParams(location.search);
  for (const name of [...kept.keys()]) if (name !== "lang" && name !== "big") kept.delete(name);
  const address = `/${String(kept) && `?${kept}`}${NEAR}`;
  if (location.hash === NEAR) history.replaceState({ list: true }, "", address);
  else history.pushState({ list: true }, "", address);
  for (const link of document.querySelectorAll("a.size, a.language")) link.hash = NEAR;
}

// Back from a list made here lies what the page was; a list is not kept anywhere, and made again when it is asked for.
export function listenToHistory(app) {
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
