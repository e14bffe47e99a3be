// A map within another site's page gives way to the page: one finger or the wheel scrolls it, two fingers or
// Ctrl with the wheel are for the map, and whoever tries the former is told.

const SHOWN_MS = 1500;

export function cooperate(map, hint) {
  const box = map.getContainer();
  let timer = 0;

  function say(text) {
    hint.textContent = text;
    hint.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (hint.hidden = true), SHOWN_MS);
  }

  map.scrollWheelZoom.disable();
  map.dragging.disable();
  // Before Leaflet hears of it. Not passive: the browser itself must not act on what the map takes.
  const first = { capture: true, passive: false };
  box.addEventListener("wheel", (event) => {
    const meant = event.ctrlKey || event.metaKey;
    map.scrollWheelZoom[meant ? "enable" : "disable"]();
    if (meant) event.preventDefault();
    else say(hint.dataset.wheel);
  }, first);
  // A mouse drags the map as ever; what touches it may want to scroll.
  box.addEventListener("pointerover", (event) => {
    map.dragging[event.pointerType === "touch" ? "disable" : "enable"]();
  }, first);
  box.addEventListener("touchmove", (event) => {
    if (event.touches.length === 1) say(hint.dataset.touch);
  }, { capture: true, passive: true });
}
