// A list from somewhere, shown; and shown again when something else is asked of it.

import { tell } from "./draw.js";
import { address, asked } from "./form.js";
import { draw } from "./list.js";
import { loadStreets, sameBlock } from "./stock.js";
import { toHash } from "./trail.js";

export function show(app, origin) {
  if (app.origin && !sameBlock(app, origin.here)) Object.assign(app, { streets: null, lack: null, loadingStreets: null });
  app.origin = origin;
  if (origin.mine) toHash(app);
  else if (!app.drawn) history.pushState({ list: true }, "", location.href);
  app.form.elements.q.value = origin.mine ? "" : app.form.elements.q.value;
  app.drawn = true;
  tell(draw(app));
  Promise.resolve(loadStreets(app)).then(app.list);
  document.querySelector(".panel h1").scrollIntoView({ block: "nearest" });
}

// Whether this page's list can be made here; if not, the server makes it, as without scripts.
export function able(app) {
  if (!app.pack || !app.origin) return false;
  const { by, at } = asked(app.form);
  const inside = at >= app.pack.hours.start && at < app.pack.hours.start + app.pack.hours.days * 86400000;
  const measured = by === "line" || !app.origin.by || app.origin.by === "line" || app.streets;
  return Boolean(inside && measured);
}

export function again(app) {
  app.drawn = true;
  tell(draw(app));
  loadStreets(app);
  if (!app.origin.mine && !app.origin.found) history.replaceState(history.state, "", address(app.form));
}
