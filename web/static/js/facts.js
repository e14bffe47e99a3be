// What holds for a time, laid over a pack and its hours on the phone: the twin of geo/model/facts_state.py and of
// geo/registry/overlay.py. Moments are milliseconds since 1970.

const MINUTE_MS = 60000;
const CHINA_MS = 8 * 3600000;
const DAY_MS = 86400000;
// As far as hours look ahead.
const HORIZON_MS = 14 * DAY_MS;
const SERVING = ["open", "trial"];

// decodeFacts(list of /api/v1/live) -> the same with moments; until: Infinity where nobody knows the end. States are
// those of whole minutes: what begins within one holds in all of it.
export function decodeFacts(list) {
  return list.map((fact) => {
    const since = Math.floor(Date.parse(fact.since) / MINUTE_MS) * MINUTE_MS;
    return Object.assign({}, fact, { since, until: fact.until === null ? Infinity : Date.parse(fact.until) });
  });
}

// layOver(pack, facts, ms): the pack is as it is with these facts at a moment; it remembers what it was without.
// What is broken then is not there; pack.broken: Map of row to the codes of what is broken.
export function layOver(pack, facts, ms) {
  if (!pack.bare) pack.bare = { schedule: pack.schedule, hours: pack.hours, facilities: pack.facilities };
  Object.assign(pack, pack.bare, { broken: new Map() });
  const byRow = rowsWith(pack, facts.filter((fact) => fact.until > ms));
  if (!byRow.size) return;
  const schedule = pack.schedule.slice();
  const hours = Object.assign({}, pack.hours, { lineOf: pack.hours.lineOf.slice(), facts: new Map() });
  for (const [row, own] of byRow) {
    const told = own.filter(({ what }) => what === "suspended" || what === "maybe_locked");
    if (told.length && SERVING.includes(pack.statuses[pack.status[row]])) {
      schedule[row] = hours.lineOf.push(pack.hours.lineOf[pack.schedule[row]]) - 1;
      hours.facts.set(schedule[row], told);
    }
    const broken = own.filter((fact) => fact.what === "broken" && holds(fact, ms)).map(({ facility }) => facility);
    if (broken.length) pack.broken.set(row, [...new Set(broken)].sort());
  }
  Object.assign(pack, { schedule, hours, facilities: withoutBroken(pack) });
}

// layFacts(app): the app's pack as it is now.
export function layFacts({ pack, facts }) {
  if (pack.bare || (facts && facts.length)) layOver(pack, facts || [], Date.now());
}

function rowsWith({ codes }, facts) {
  const found = new Map();
  for (const fact of facts) {
    const row = codes.indexOf(fact.station);
    if (row >= 0) found.set(row, [...(found.get(row) || []), fact]);
  }
  return found;
}

function withoutBroken({ facilities, broken }) {
  const columns = Object.assign({}, facilities);
  for (const [row, codes] of broken) {
    for (const code of codes) {
      if (!columns[code]) continue;
      if (columns[code] === facilities[code]) columns[code] = facilities[code].slice();
      // Neither there nor missing: it is broken.
      columns[code][row] = 0;
    }
  }
  return columns;
}

// stateWith(facts, ms, byHours) -> the state of hours.js, facts laid over what byHours(ms) says. A reason may be
// { word, time }, which saying.js puts into words.
export function stateWith(facts, ms, byHours) {
  const suspended = facts.filter(({ what }) => what === "suspended");
  const locked = facts.filter(({ what }) => what === "maybe_locked");
  const shut = suspended.find((fact) => holds(fact, ms));
  if (shut) return { state: "suspended", until: finite(endOf(suspended, ms)), reason: { zh: shut.reason, en: shut.reason } };
  const found = byHours(ms);
  const doubt = locked.find((fact) => holds(fact, ms));
  if (found.state !== "closed" && doubt) {
    return { state: "unknown", until: null, reason: { word: "maybe_locked", time: clock(doubt.since, ms) } };
  }
  if (found.state === "open") {
    const until = Math.min(found.until === null ? Infinity : found.until, firstAfter(facts, ms));
    return Object.assign({}, found, { until: finite(until) });
  }
  if (found.state === "closed") return Object.assign({}, found, { until: opens(found.until, suspended, locked, byHours) });
  return found;
}

// firstAfter(facts, ms) -> when the next of them begins; Infinity: none within fourteen days.
export function firstAfter(facts, ms) {
  return Math.min(Infinity, ...facts.map(({ since }) => since).filter((since) => since > ms && since <= ms + HORIZON_MS));
}

function holds({ since, until }, ms) {
  return since <= ms && ms < until;
}

function endOf(suspended, ms) {
  let end = ms;
  for (let now = suspended; now.length && end < Infinity; ) {
    now = suspended.filter((fact) => holds(fact, end));
    end = Math.max(end, ...now.map(({ until }) => until));
  }
  return end;
}

function opens(until, suspended, locked, byHours) {
  let at = until;
  while (at !== null && suspended.some((fact) => holds(fact, at))) {
    const again = endOf(suspended, at);
    const then = again < Infinity ? byHours(again) : null;
    at = then && (then.state === "open" ? again : then.until);
  }
  return at !== null && locked.some((fact) => holds(fact, at)) ? null : at;
}

function finite(ms) {
  return ms < Infinity ? ms : null;
}

// As the server says it: the day only where it is another one.
function clock(since, ms) {
  const iso = new Date(since + CHINA_MS).toISOString();
  const same = Math.floor((since + CHINA_MS) / DAY_MS) === Math.floor((ms + CHINA_MS) / DAY_MS);
  return same ? iso.slice(11, 16) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
}
