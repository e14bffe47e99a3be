// When and where the map is: beside the list on a desk, at a tap over it on a phone. Either way it comes after
// the list, and its library is fetched only when it is to be seen.

const DESK = window.matchMedia("(min-width: 60em)");

export function setUpMap(panel) {
  const toggle = document.querySelector(".map-toggle");
  let map = null;

  function load() {
    if (!map) map = import(panel.dataset.script).then((module) => module.drawMap(panel));
    return map;
  }

  function show(open) {
    panel.classList.toggle("shown", open);
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? toggle.dataset.close : toggle.dataset.open;
    if (open) load().then((drawn) => drawn.resized());
  }

  toggle.addEventListener("click", () => {
    // The way back of the phone leads from the map to the list.
    if (panel.classList.contains("shown")) history.back();
    else {
      history.pushState({ map: true }, "");
      show(true);
    }
  });
  window.addEventListener("popstate", () => show(Boolean(history.state && history.state.map)));
  for (const row of document.querySelectorAll(".card")) numberBecomesButton(row, panel, load, show);

  const loadWhenIdle = () => (window.requestIdleCallback || setTimeout)(load);
  const start = () => DESK.matches && loadWhenIdle();
  if (document.readyState === "complete") start();
  else window.addEventListener("load", start);
  if (DESK.addEventListener) DESK.addEventListener("change", start);
}

function numberBecomesButton(row, panel, load, show) {
  const old = row.querySelector(".number");
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: old.className,
    textContent: old.textContent,
  });
  button.setAttribute("aria-label", panel.dataset.show.replace("{}", row.dataset.number));
  button.addEventListener("click", async () => {
    if (!DESK.matches) {
      history.pushState({ map: true }, "");
      show(true);
    }
    (await load()).select(row);
  });
  old.replaceWith(button);
}
