// The finder on the phone: the city's pack once, then every list is made here. Where somebody is stays here, too:
// it is in no request but the one for a way, which is asked for by a tap.

import { isGone } from "./away.js";
import { given, submit } from "./form.js";
import { listenToHands } from "./hands.js";
import { holds, lacking } from "./lacking.js";
import { within } from "./pack.js";
import { able, again, show } from "./shown.js";
import { firstPack, packAround } from "./stock.js";
import { listenToHistory } from "./trail.js";
import { find } from "./typed.js";

export { follow } from "./form.js";
export { NEAR } from "./trail.js";
export { find } from "./typed.js";

// Longer than the worker's, which by then has answered with what it keeps.
const PATIENCE_MS = 6000;

// startApp({ phone, form, panel, map }) -> the app; phone: what the page brought; map: what panel.js gives.
// app.listed is kept when the first list made here is there, with the streets around it where there are any.
export function startApp({ phone, form, panel, map }) {
  const box = document.getElementById("found");
  const app = { phone, form, panel, map, box, pack: null, texts: null, streets: null, origin: null, offline: () => false };
  app.first = { nodes: [...box.childNodes], heading: [...document.querySelector(".panel h1").childNodes], title: document.title };
  app.sketch = document.getElementById("sketch").textContent;
  app.origin = given(form);
  app.listed = new Promise((resolve) => (app.list = resolve));
  app.packed = firstPack(app);
  listenToForm(app);
  listenToHistory(app);
  listenToHands(app);
  return app;
}

// near(app, coords of the browser) -> Promise of whether the list could be made here.
export async function near(app, { longitude, latitude, accuracy }) {
  const origin = { here: { lon: longitude, lat: latitude }, name: "", mine: true, accuracy };
  try {
    // Where it failed before, the network may be there again. What comes late makes the list whole.
    await within(packAround(app, origin.here), PATIENCE_MS);
  } catch (fault) {
    // The server is to know the place only where the phone cannot tell what is around it.
    if (!holds(app, origin.here) && !(await isWithout(app))) return false;
    lacking(app, origin);
    return true;
  }
  show(app, origin);
  return true;
}

// Whether the server would not answer either; browsers do not always tell.
async function isWithout(app) {
  return app.offline() || (Boolean(app.pack) && isGone());
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
      find(app, text, true);
    }
  });
  app.first.list = Boolean(document.querySelector(".list, #found > .notice"));
}
