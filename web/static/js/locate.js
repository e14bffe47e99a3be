// "离我最近": asks for the position only when tapped, and says plainly what happened when there is none. The list is
// made on the phone where that can be done; else the position is posted, so that no address ever holds it.

const OPTIONS = { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 };
// Some built-in browsers never answer at all.
const PATIENCE_MS = 12000;
const FAULTS = { 1: "refused", 2: "unavailable", 3: "timeout" };
// Four decimals are 11 m: enough to sort a list by, and no more than is needed.
const DECIMALS = 4;

// answer(coords) -> Promise of whether the list was made on the phone; without it none is.
export function setUpLocate(form, answer) {
  const button = form.querySelector("#locate");
  const says = form.querySelectorAll("[data-say]");

  function say(what) {
    for (const line of says) line.hidden = line.dataset.say !== what;
    button.setAttribute("aria-busy", String(what === "waiting"));
  }

  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    if (!window.isSecureContext || !navigator.geolocation) {
      say("missing");
      return;
    }
    say("waiting");
    try {
      const { coords } = await position();
      if (answer && (await answer(coords).catch(() => false))) say(null);
      else post(form, coords);
    } catch (fault) {
      say(FAULTS[fault.code] || "unavailable");
      form.elements.q.focus();
    }
  });

  // Coming back to the page finds it as if nothing had been asked.
  window.addEventListener("pageshow", () => say(null));
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
