// Without a network: the worker that keeps the page and its data, and the line that says from when they are.

import { fetchLive } from "./pack.js";
import { fill, momentWords } from "./saying.js";

// keepForOffline(app): after it `app.offline()` tells whether there is a network. Never in a frame.
export function keepForOffline(app) {
  if (window.self !== window.top) return;
  let away = !navigator.onLine;
  app.offline = () => away;
  const banner = Object.assign(document.createElement("p"), { className: "notice stale", hidden: true });
  banner.setAttribute("role", "status");
  document.querySelector("header").append(banner);
  const note = (gone) => {
    away = gone;
    banner.hidden = !gone;
    const { words, made } = app.phone;
    banner.textContent = gone ? fill(words.offline, { when: momentWords(words, made, Date.now()) }) : "";
  };
  const look = () => fetchLive(app.phone.city).then(() => note(false), () => note(true));
  window.addEventListener("offline", () => note(true));
  window.addEventListener("online", look);
  look();
  register(app).catch(() => {});
}

async function register(app) {
  if (!navigator.serviceWorker) return;
  const held = Boolean(navigator.serviceWorker.controller);
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  // What came before the worker did it fetches once more, out of the browser's own cache.
  const keep = (map) => active.postMessage({ addresses: held ? [] : fetched(), map });
  await app.packed;
  await app.texted;
  keep(false);
  await app.listed;
  keep(true);
}

function fetched() {
  const all = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const packs = all.filter((address) => address.origin === location.origin && address.pathname.startsWith("/api/v1/packs/"));
  return packs.map(({ pathname, search }) => pathname + search);
}
