// When and where the map is: beside the list on a desk, at a tap over it on a phone. Either way it comes after
// the list, and its library is fetched only when it is to be seen.

// In big type there is one column wherever it is read.
const BIG = document.documentElement.classList.contains("big");
const DESK = window.matchMedia(BIG ? "not all" : "(min-width: 60em)");

// setUpMap(panel) -> { update, showWay }: what a list made here, or a way, tells the map.
export function setUpMap(panel) {
  const sketch = document.getElementById("sketch");
  const { load, drawn } = loader(panel);
  const show = shower(panel, load);
  const uncover = () => {
    if (DESK.matches) return;
    history.pushState({ map: true }, "");
    show(true);
  };
  const pointAtMap = (rows) => {
    for (const row of rows) {
      numberBecomesButton(row, panel, async () => {
        uncover();
        (await load()).select(row);
      });
    }
  };
  const redraw = (other) => {
    sketch.textContent = JSON.stringify(other);
    drawn((map) => map.update());
  };
  pointAtMap(document.querySelectorAll(".card"));
  loadOnDesk(load);

  let listed = null;
  // The map of a way ends with the way back to the list.
  window.addEventListener("popstate", () => {
    if (listed) redraw(listed);
    listed = null;
  });
  return {
    // Another list, and what is to be drawn around it.
    update(other, rows) {
      pointAtMap(rows);
      listed = null;
      redraw(other);
    },
    showWay(way) {
      listed = listed || JSON.parse(sketch.textContent);
      if (DESK.matches) history.pushState({ map: true }, "");
      else uncover();
      redraw(way);
      load();
    },
  };
}

// load() -> Promise of the map, made once; drawn(act): it acts on the map, if there is one.
function loader(panel) {
  let map = null;
  function load() {
    if (!map) {
      map = import(panel.dataset.script).then((module) => module.drawMap(panel));
      // Asked for again, it may come.
      map.catch(() => (map = null));
    }
    return map;
  }
  return { load, drawn: (act) => map && map.then(act) };
}

// Returns a function that lays the map over the list, or takes it away.
function shower(panel, load) {
  const toggle = document.querySelector(".map-toggle");
  function show(open) {
    panel.classList.toggle("shown", open);
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? toggle.dataset.close : toggle.dataset.open;
    if (open) load().then((map) => map.resized());
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
  return show;
}

function loadOnDesk(load) {
  const whenIdle = () => (window.requestIdleCallback || setTimeout)(load);
  const start = () => DESK.matches && whenIdle();
  if (document.readyState === "complete") start();
  else window.addEventListener("load", start);
  if (DESK.addEventListener) DESK.addEventListener("change", start);
}

// The number of a row, once pressed, shows it on the map.
export function numberBecomesButton(row, panel, press) {
  const old = row.querySelector(".number");
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: old.className,
    textContent: old.textContent,
  });
  button.setAttribute("aria-label", panel.dataset.show.replace("{}", row.dataset.number));
  button.addEventListener("click", press);
  old.replaceWith(button);
}
