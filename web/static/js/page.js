// What the finder gains from scripts: one's own position, filters at a tap, the map.

import { setUpLocate } from "./locate.js";
import { setUpMap } from "./panel.js";

const form = document.getElementById("ask");
const map = document.getElementById("map");

if (form) setUpLocate(form);
if (map) setUpMap(map);

// Where there is a list already, a filter takes effect at once; facilities are picked several at a time.
if (document.querySelector(".list, .panel > .notice")) {
  for (const box of form.querySelectorAll("[name=kind], [name=by], [name=open_at]")) {
    box.addEventListener("change", () => (form.requestSubmit ? form.requestSubmit() : form.submit()));
  }
}
