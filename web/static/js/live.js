// What holds for a time, kept true while somebody looks: asked for every few seconds after a touch, else now and then.

import { decodeFacts, layFacts } from "./facts.js";
import { shownState, stateAt } from "./hours.js";
import { drawIfOld } from "./shown.js";

const TOUCHED_MS = 120000;
const SOON_MS = 4000;
const LATER_MS = 30000;
const TICK_MS = 1000;
// A cache of its own: that of the packs belongs to the worker.
const KEPT = "yizhan-live";

// lookOften(app, look): look() -> Promise, called again and again while the page is seen; one at a time.
export function lookOften(app, look) {
  const started = Date.now();
  let looked = started;
  let looking = false;
  const often = async () => {
    if (looking) return;
    [looked, looking] = [Date.now(), true];
    await look();
    looking = false;
  };
  setInterval(() => {
    const calm = Date.now() - Math.max(app.touched, started) > TOUCHED_MS || app.offline();
    if (!document.hidden && Date.now() - looked >= (calm ? LATER_MS : SOON_MS)) often();
  }, TICK_MS);
  return often;
}

// takeFacts(app, answer of /api/v1/live, city): the list is drawn again if by now it says something else.
export function takeFacts(app, live, city) {
  const text = JSON.stringify([city, live.facts]);
  if (text === app.told) return;
  const first = app.told === undefined;
  Object.assign(app, { told: text, facts: decodeFacts(live.facts) });
  keep(city, live).catch(() => {});
  // What the server listed a moment ago most likely knew of them.
  if (first && app.view !== "list" && !saysOther(app)) return;
  app.dated = 0;
  drawIfOld(app);
}

// Whether a row that the server made says something else than it would now.
function saysOther(app) {
  const { pack, box } = app;
  if (!pack) return false;
  const now = Date.now();
  layFacts(app);
  return [...box.querySelectorAll(".card")].some(({ dataset }) => {
    const row = pack.codes.indexOf(dataset.code);
    return row >= 0 && shownState(stateAt(pack.hours, pack.schedule[row], now), now) !== dataset.state;
  });
}

// restoreFacts(app, city): without a network, those that were known last; each ends when it was to end.
export async function restoreFacts(app, city) {
  if (app.told !== undefined) return;
  const answer = await (await caches.open(KEPT)).match(addressOf(city));
  if (answer && app.told === undefined) takeFacts(app, await answer.json(), city);
}

async function keep(city, live) {
  const cache = await caches.open(KEPT);
  for (const old of await cache.keys()) await cache.delete(old);
  await cache.put(addressOf(city), new Response(JSON.stringify(live)));
}

function addressOf(city) {
  return `/api/v1/live/${encodeURIComponent(city)}`;
}
