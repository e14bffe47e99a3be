// What a frame in another site's page gains from scripts: the map. It keeps nothing and asks for nothing but that.

import { cooperate } from "./gestures.js";
import { numberBecomesButton } from "./panel.js";

const panel = document.getElementById("map");
const fold = document.querySelector(".fold");

roomFor(panel).then(draw);

// A frame may be loaded while its page still hides it, and a small one has no room for a map at all.
function roomFor(box) {
  return new Promise((resolve) => {
    if (!window.ResizeObserver) {
      resolve();
      return;
    }
    const observer = new ResizeObserver(() => {
      if (!box.offsetWidth || !box.offsetHeight) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(box);
  });
}

async function draw() {
  const { drawMap } = await import(panel.dataset.script);
  const drawn = await drawMap(panel);
  keepFitted(drawn, Number(document.body.dataset.zoom));
  // Alone in a window, nothing around it has to be scrolled.
  if (window.self !== window.top) cooperate(drawn.map, document.querySelector(".gestures"));
  for (const row of document.querySelectorAll(".card")) {
    numberBecomesButton(row, panel, () => {
      unfold(false);
      drawn.select(row);
    });
  }
  if (fold) setUpFold();
}

// A page may give its frame another size at any time; whoever has moved the map finds it as it was.
function keepFitted({ map, resized }, zoom) {
  let own = false;
  const fit = () => {
    if (own) return;
    resized();
    if (zoom) map.setZoom(zoom, { animate: false });
  };
  for (const sign of ["pointerdown", "touchstart", "keydown"]) {
    map.getContainer().addEventListener(sign, () => (own = true), { capture: true, passive: true });
  }
  map.on("resize", fit);
  if (zoom) fit();
}

// Where only the map is asked for, its list is one press away, once there is a map.
function setUpFold() {
  fold.hidden = false;
  document.body.classList.add("folding");
  fold.addEventListener("click", () => unfold(fold.getAttribute("aria-expanded") !== "true"));
  unfold(false);
}

function unfold(open) {
  if (!fold) return;
  document.body.classList.toggle("folded", !open);
  fold.setAttribute("aria-expanded", String(open));
}
