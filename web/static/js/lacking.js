// A position without a network, and without the stations around it: what there is, and what is missing.

import { notice, tell, title } from "./draw.js";
import { distances } from "./near.js";
import { fill } from "./saying.js";
import { show } from "./shown.js";

const NEAR_M = 20000;

export function lacking(app, origin) {
  const { pack, box, phone } = app;
  const { words } = phone;
  if (pack && distances(pack, origin.here).some((metres) => metres < NEAR_M)) {
    show(app, Object.assign(origin, { lacks: true }));
    return;
  }
  const text = pack ? fill(words.lacks_here, { city: pack.city.name }) : words.lacks_all;
  title(words.mine);
  box.textContent = "";
  box.append(notice(text), ...app.first.nodes);
  tell(text);
}
