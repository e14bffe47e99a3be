// What the finder gains from scripts: one's own position, lists made on the phone, the map.

import { isGone, isMet } from "./away.js";
import { setUpLocate } from "./locate.js";
import { setUpMap } from "./panel.js";

const form = document.getElementById("ask");
const panel = document.getElementById("map");
const phone = document.getElementById("phone");
const map = panel ? setUpMap(panel) : null;
let started = null;
let taken = null;

// The app is fetched when the page is there; until then, and where it fails, the server answers.
function start() {
  if (!started) {
    started = Promise.all([import("./app.js"), import("./offline.js")]).then(([app, offline]) => {
      const running = app.startApp({ phone: JSON.parse(phone.textContent), form, panel, map });
      taken = { app, running };
      offline.keepForOffline(running);
      running.packed.catch(() => {}).then(typed);
      if (location.hash) remade(app.NEAR).catch(() => {});
      return { near: (coords) => app.near(running, coords) };
    });
    // Asked for again, it may come.
    started.catch(() => (started = null));
  }
  return started;
}

// An address asks for a place, and the page that came knows nothing of it: one kept for lack of a network.
function typed() {
  const query = new URLSearchParams(location.search);
  const text = (query.get("q") || "").trim();
  if (!text || form.elements.q.defaultValue) return;
  form.elements.q.value = text;
  taken.app.follow(form, query);
  findHere(text);
}

// A typed place without a network: found among what is here, or nothing is here.
function findHere(text) {
  if (text && taken && taken.running.pack) taken.app.find(taken.running, text);
  else for (const line of form.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== "away";
}

// Loaded again, a list of what is near is made again, if the position may be known without a question.
async function remade(near) {
  const { state } = await navigator.permissions.query({ name: "geolocation" });
  if (location.hash === near && state === "granted") document.getElementById("locate").click();
}

if (form) setUpLocate(form, phone && map ? (coords) => start().then((app) => app.near(coords)) : null);
// After all that the app has to say to it.
if (form) document.addEventListener("submit", leave);
if (form && phone && map) {
  const whenIdle = () => (window.requestIdleCallback || setTimeout)(() => start().catch(() => {}));
  if (document.readyState === "complete") whenIdle();
  else window.addEventListener("load", whenIdle);
}

// Before the worker is there a page that cannot come would end in the browser's own error.
async function leave(event) {
  if (event.target !== form || event.defaultPrevented || isMet()) return;
  event.preventDefault();
  const button = form.querySelector("button.main");
  if (button.getAttribute("aria-busy") === "true") return;
  const busy = (is) => button.setAttribute("aria-busy", String(is));
  busy(true);
  // Coming back to the page finds it as if nothing had been asked.
  window.addEventListener("pageshow", () => busy(false), { once: true });
  if (await isGone()) {
    busy(false);
    findHere(form.elements.q.value.trim());
  } else form.submit();
}

// Until the app has taken over, a filter of a list takes effect by asking the server; facilities are picked together.
if (form && document.querySelector(".list, #found > .notice")) {
  for (const box of form.querySelectorAll("[name=kind], [name=by], [name=open_at]")) {
    box.addEventListener("change", () => {
      if (taken) return;
      if (form.requestSubmit) form.requestSubmit();
      else form.submit();
    });
  }
}
