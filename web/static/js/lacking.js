// A position without a network, and without the stations around it: what there is, and what is missing.

import { notice, tell, title } from "./draw.js";
import { distances } from "./near.js";
import { fill } from "./saying.js";
import { show } from "./shown.js";

const NEAR_M = 20000;

// holds(app, here) -> whether the phone has stations around a place, though perhaps not all.
export function holds({ pack }, here) {
  return Boolean(pack) && distances(pack, here).some((metres) => metres < NEAR_M);
}

export function lacking(app, origin) {
  const { pack, box, phone } = app;
  const { words } = phone;
  if (holds(app, origin.here)) {
    show(app, Object.assign(origin, { lacks: true }));
    return;
  }
  const text = pack ? fill(words.lacks_here, { city: pack.city.name }) : words.lacks_all;
  app.view = "choice";
  title(words.mine);
  box.textContent = "";
  box.append(notice(text), ...app.first.nodes);
  tell(text);
}
