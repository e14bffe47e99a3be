// "离我最近": asks for the position only when tapped, and says plainly what happened when there is none. The list is
// made on the phone where that can be done; else the finder posts the position, so that no address ever holds it.

import { isGone } from "./away.js";

const OPTIONS = { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 };
// Some built-in browsers never answer at all.
const PATIENCE_MS = 12000;
const FAULTS = { 1: "refused", 2: "unavailable", 3: "timeout", failed: "failed" };
// Four decimals are 11 m: enough to sort a list by, and no more than is needed.
const DECIMALS = 4;

// answer(coords) -> Promise of whether the list was made on the phone; without it none is.
export function setUpLocate(form, answer) {
  const take = async (coords) => {
    if (answer && (await answer(coords).catch(() => false))) return null;
    if (await isGone()) return "away";
    post(form, coords);
    return "waiting";
  };
  askAtTap(form.querySelector("#locate"), form.querySelectorAll("[data-say]"), take, () => form.elements.q.focus());
}

// At a tap of the button take(coords) gets the position, and resolves to what is then to be said: the name of one of
// the lines, null for none. It may reject with { code: "failed" }. Where there is no position, without() is called.
export function askAtTap(button, lines, take, without = () => {}) {
  function say(what) {
    for (const line of lines) line.hidden = line.dataset.say !== what;
    button.setAttribute("aria-busy", String(what === "waiting"));
  }

  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    const lacking = lack();
    say(lacking || "waiting");
    if (lacking) return;
    try {
      const { coords } = await position();
      say(await take(coords));
    } catch (fault) {
      say(FAULTS[fault.code] || "unavailable");
      without();
    }
  });

  // Coming back to the page finds it as if nothing had been asked.
  window.addEventListener("pageshow", () => say(null));
}

// Why the browser would not even ask. That the page around a frame forbids it only some browsers tell.
function lack() {
  if (!window.isSecureContext || !navigator.geolocation) return "missing";
  const policy = document.featurePolicy;
  return policy && !policy.allowsFeature("geolocation") ? "forbidden" : null;
}

function position() {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject({ code: 3 }), PATIENCE_MS);
    const settle = (how) => (answer) => {
      clearTimeout(timer);
      how(answer);
    };
    navigator.geolocation.getCurrentPosition(settle(resolve), settle(reject), OPTIONS);
  });
}

function post(form, coords) {
  form.elements.q.value = "";
  for (const old of form.querySelectorAll("[name=lon], [name=lat], [name=accuracy_m]")) old.remove();
  const values = {
    lon: coords.longitude.toFixed(DECIMALS),
    lat: coords.latitude.toFixed(DECIMALS),
    accuracy_m: String(Math.round(coords.accuracy)),
  };
  for (const [name, value] of Object.entries(values)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.method = "post";
  form.submit();
}
