// What a frame in another site's page gains from scripts: the map, and at a tap its list by distance. It keeps
// nothing, and asks for nothing but what these need.

import { cooperate } from "./gestures.js";
import { askAtTap } from "./locate.js";
import { numberBecomesButton } from "./panel.js";

const panel = document.getElementById("map");
const fold = document.querySelector(".fold");
const nearby = document.getElementById("nearby");
// So many of a list by distance are sure to be seen on the map.
const FITTED = 12;
let drawn = null;

if (panel) roomFor(panel).then(draw);
if (nearby) setUpNearby();

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
  drawn = await drawMap(panel, Number(document.body.dataset.zoom));
  // A page may give its frame another size at any time; whoever has moved the map finds it as it was.
  drawn.map.on("resize", () => drawn.touched() || drawn.resized());
  // Alone in a window, nothing around it has to be scrolled.
  if (window.self !== window.top) cooperate(drawn.map, document.querySelector(".gestures"));
  pointAtMap();
  if (fold) setUpFold();
}

function pointAtMap() {
  for (const row of document.querySelectorAll(".card")) {
    numberBecomesButton(row, panel, () => {
      unfold(false);
      drawn.select(row);
    });
  }
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

function setUpNearby() {
  const button = document.querySelector(".near");
  const told = JSON.parse(nearby.querySelector("script").textContent);
  button.hidden = false;
  askAtTap(button, nearby.querySelectorAll("[data-say]"), async (coords) => {
    const { nearList } = await import("./nearby.js").catch(unmade);
    list(told, await nearList(told, coords).catch(unmade));
    return "sorted";
  });
}

function unmade() {
  throw Object.assign(new Error("no list"), { code: "failed" });
}

function fill(box, ...nodes) {
  box.textContent = "";
  box.append(...nodes);
}

function list({ words }, { rows, count, here }) {
  const section = document.getElementById("list");
  const said = document.createElement("small");
  said.textContent = words.straight;
  const order = count > rows.length ? nearby.dataset.nearest.replace("{}", rows.length) : words.order;
  fill(section.querySelector("h2"), `${order} `, said);
  const items = section.querySelector(".list");
  items.removeAttribute("start");
  fill(items, ...rows);
  for (const rest of section.querySelectorAll(".pages")) rest.remove();
  section.scrollTop = 0;
  if (!panel) return;
  const sketch = document.getElementById("sketch");
  sketch.textContent = JSON.stringify(Object.assign(JSON.parse(sketch.textContent), { here, fitted: FITTED }));
  // Not drawn yet, it will be drawn so.
  if (!drawn) return;
  drawn.update();
  pointAtMap();
}
