// Without a network: the worker that keeps the page and its data, and the line that says from when they are.

import { lookOften, restoreFacts, takeFacts } from "./live.js";
import { fetchLive } from "./pack.js";
import { fill, momentWords } from "./saying.js";
import { keepFresh } from "./shown.js";
import { keepPack } from "./stock.js";

const QUIET_MS = 5000;

// keepForOffline(app): after it `app.offline()` tells whether there is a network. Never in a frame.
export function keepForOffline(app) {
  if (window.self !== window.top) return;
  keepFresh(app);
  let away = !navigator.onLine;
  app.offline = () => away;
  const banner = Object.assign(document.createElement("p"), { className: "notice stale", hidden: true });
  banner.setAttribute("role", "status");
  document.querySelector("header").append(banner);
  const note = (gone) => {
    // Said once, not with every look.
    if (gone && !banner.hidden) return;
    away = gone;
    banner.hidden = !gone;
    if (gone) kept(app).then((text) => (banner.textContent = away ? text : ""));
    else banner.textContent = "";
  };
  // An answer of any kind tells that there is a network, an error's too.
  const look = lookOften(app, () => {
    const city = app.pack ? app.pack.city.code : app.phone.city;
    return fetchLive(city).then(
      (live) => {
        note(false);
        takeFacts(app, live, city);
        keepPack(app, live).catch(() => {});
      },
      (fault) => {
        note(fault instanceof TypeError);
        restoreFacts(app, city).catch(() => {});
      },
    );
  });
  window.addEventListener("offline", () => note(true));
  window.addEventListener("online", look);
  // Whoever looks at the page again is to see the registry as it is by now.
  document.addEventListener("visibilitychange", () => document.hidden || look());
  // What is to be said depends on whether there is anything.
  app.packed.catch(() => {}).then(look);
  register(app).catch(() => {});
}

async function kept({ pack, phone: { words, made } }) {
  if (!pack) return words.lacks_all;
  const when = Math.min(made, await cameAt(pack.city.code).catch(() => made));
  return fill(words.offline, { when: momentWords(words, when, Date.now()) });
}

// When the pack came that the worker keeps: it may be older than the page.
async function cameAt(city) {
  const answer = await caches.match(`/api/v1/packs/${encodeURIComponent(city)}`, { ignoreVary: true });
  return Date.parse(answer.headers.get("date")) || Infinity;
}

async function register(app) {
  if (!navigator.serviceWorker) return;
  const held = Boolean(navigator.serviceWorker.controller);
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  // From then on all that is asked for passes it.
  if (active.state === "activating") await new Promise((resolve) => active.addEventListener("statechange", resolve, { once: true }));
  // What came before the worker did it fetches once more, out of the browser's own cache.
  const keep = (map) => active.postMessage({ ...(held ? { addresses: [] } : fetched(app.pack.city.code)), map });
  await settled(app);
  keep(false);
  await (app.first.list ? quiet() : app.listed);
  await settled(app);
  keep(true);
}

// Nothing is on its way any more. Whoever asks what is near may go on to another city while the first one's still comes.
async function settled(app) {
  await app.packed;
  let coming;
  do await (coming = app.coming);
  while (coming !== app.coming);
}

// The map's library waits until a list that came with the page has all it needs.
function quiet() {
  return new Promise((resolve) => setTimeout(resolve, QUIET_MS));
}

// What the page has of the city where the phone is by now, and of its map; and when it asked for the city's pack: on
// its way to the worker this may be overtaken by what is asked for later, of another city.
function fetched(city) {
  const begins = [`/api/v1/packs/${encodeURIComponent(city)}`, "/basemap/"];
  const all = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const own = all.filter(({ origin, pathname }) => origin === location.origin && begins.some((begin) => pathname.startsWith(begin)));
  const pack = performance.getEntriesByName(new URL(begins[0], location.origin).href).pop();
  const asked = pack ? performance.timeOrigin + pack.startTime : 0;
  return { addresses: own.map(({ pathname, search }) => pathname + search), asked };
}
