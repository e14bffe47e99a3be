// Nothing moves while a finger is on the page, or has just been: lists that come late wait, and keep their place.

const CALM_MS = 700;

export function listenToHands(app) {
  app.touched = 0;
  for (const sign of ["pointerdown", "pointerup", "touchmove", "wheel", "keydown"]) {
    window.addEventListener(sign, () => (app.touched = Date.now()), { passive: true, capture: true });
  }
}

export async function calm(app) {
  for (let left = app.touched + CALM_MS - Date.now(); left > 0; left = app.touched + CALM_MS - Date.now()) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}

// A list made anew under somebody's finger stays where it is: the first row in the window that is still there, and
// the focus.
export function keepPlace(box) {
  const rows = () => [...box.querySelectorAll(".card")];
  const seen = rows().filter((row) => row.getBoundingClientRect().bottom > 0);
  const tops = seen.map((row) => [row.dataset.code, row.getBoundingClientRect().top]);
  const held = document.activeElement && document.activeElement.closest(".card");
  return () => {
    const now = new Map(rows().map((row) => [row.dataset.code, row]));
    const same = tops.find(([code]) => now.has(code));
    // Whoever sees the beginning of the list sees it still.
    if (same && tops[0][1] < 0) window.scrollBy(0, now.get(same[0]).getBoundingClientRect().top - same[1]);
    if (held && now.has(held.dataset.code)) now.get(held.dataset.code).querySelector("h3 a").focus({ preventScroll: true });
  };
}
