// Opening hours on the phone: whether a place is open at a moment, until when, and why. The server compiled the
// rules and the calendar to states of each minute (geo/finder/pack_hours.py); for fourteen days from the pack's
// day the answers are those of geo/model/hours.py. Moments are milliseconds since 1970, as Date.now() gives.

import { firstAfter, stateWith } from "./facts.js";

const MINUTE_MS = 60000;
const DAY_MIN = 1440;
// How far ahead "until" looks, as the server does.
const HORIZON_MIN = 14 * DAY_MIN;
const CLOSING_MS = 30 * MINUTE_MS;
const STATES = ["open", "closed", "suspended", "unknown"];
const BEYOND = Object.freeze({ state: "unknown", until: null, reason: null });

// decodeHours(json of a pack) -> hours: { start, days, lines, reasons, lineOf }, for the functions below alone.
export function decodeHours({ day, days, schedules, lines, reasons }) {
  const lineOf = schedules.map((runs) => {
    const own = [];
    for (let n = 0; n < runs.length; n += 2) own.push(...new Array(runs[n]).fill(runs[n + 1]));
    return own;
  });
  // China has one time zone and no summer time.
  return { start: Date.parse(`${day}T00:00:00+08:00`), days, lines, lineOf, reasons: reasons.map(said) };
}

function said([zh, en]) {
  return { zh, en };
}

// stateAt(hours, schedule, ms) -> { state, until, reason }: "open", "closed", "suspended" or "unknown"; when that
// changes next (ms; null where nothing changes in fourteen days, or into nothing certain); { zh, en } or null.
// Before and after the days of the pack everything is unknown. Facts laid over the pack count.
export function stateAt(hours, schedule, ms) {
  const facts = hours.facts && hours.facts.get(schedule);
  return facts ? stateWith(facts, ms, (at) => byHours(hours, schedule, at)) : byHours(hours, schedule, ms);
}

function byHours(hours, schedule, ms) {
  const minute = Math.floor((ms - hours.start) / MINUTE_MS);
  const day = Math.floor(minute / DAY_MIN);
  if (!(day >= 0 && day < hours.days)) return BEYOND;
  const line = hours.lines[hours.lineOf[schedule][day]];
  let at = 0;
  while (at + 3 < line.length && line[at + 3] <= minute - day * DAY_MIN) at += 3;
  const state = STATES[line[at + 1]];
  const change = state === "open" || state === "closed" ? nextOther(hours, schedule, minute, line[at + 1]) : null;
  const certain = change !== null && (change.state === "open" || change.state === "closed");
  return {
    state,
    until: certain ? hours.start + change.minute * MINUTE_MS : null,
    reason: hours.reasons[line[at + 2]] || null,
  };
}

// The first change into another state within the horizon: { minute, state }, or null.
function nextOther(hours, schedule, minute, state) {
  const last = Math.min(hours.days - 1, Math.floor((minute + HORIZON_MIN) / DAY_MIN));
  for (let day = Math.floor(minute / DAY_MIN); day <= last; day++) {
    const line = hours.lines[hours.lineOf[schedule][day]];
    for (let at = 0; at < line.length; at += 3) {
      const instant = day * DAY_MIN + line[at];
      if (instant > minute + HORIZON_MIN) return null;
      if (instant > minute && line[at + 1] !== state) return { minute: instant, state: STATES[line[at + 1]] };
    }
  }
  return null;
}

// statesAt(hours, ms) -> the state of every schedule, as stateAt gives it.
export function statesAt(hours, ms) {
  return hours.lineOf.map((_, schedule) => stateAt(hours, schedule, ms));
}

// shownState({ state, until, reason }, ms) -> the state, "closing" in its last half hour, or "maybe_locked".
export function shownState({ state, until, reason }, ms) {
  if (reason && reason.word) return reason.word;
  return state === "open" && until !== null && until - ms <= CLOSING_MS ? "closing" : state;
}

// stateOnArrival(hours, schedule, ms, seconds) -> the state found by whoever sets out at a moment.
export function stateOnArrival(hours, schedule, ms, seconds) {
  return stateAt(hours, schedule, ms + seconds * 1000);
}

// openFor(hours, schedule, ms) -> for how many ms it is certain to stay open: 0 when it is not open, Infinity when
// nothing else is known of fourteen days. A change into "unknown" ends it, too.
export function openFor(hours, schedule, ms) {
  if (stateAt(hours, schedule, ms).state !== "open") return 0;
  const minute = Math.floor((ms - hours.start) / MINUTE_MS);
  const change = nextOther(hours, schedule, minute, STATES.indexOf("open"));
  const facts = hours.facts && hours.facts.get(schedule);
  const until = change === null ? Infinity : hours.start + change.minute * MINUTE_MS;
  return Math.min(until, facts ? firstAfter(facts, ms) : Infinity) - ms;
}

// isAllDay(hours, schedule) -> whether it is open round the clock on every day of the pack.
export function isAllDay(hours, schedule) {
  return hours.lineOf[schedule].every((place) => {
    const line = hours.lines[place];
    return line.length === 3 && STATES[line[1]] === "open";
  });
}

// dayOf(hours, schedule, number) -> one calendar day (0: the pack's) in order: list of { start, end, state, reason },
// minutes from 0:00 to 24:00.
export function dayOf(hours, schedule, number) {
  const line = hours.lines[hours.lineOf[schedule][number]];
  const spans = [];
  for (let at = 0; at < line.length; at += 3) {
    const end = at + 3 < line.length ? line[at + 3] : DAY_MIN;
    spans.push({ start: line[at], end, state: STATES[line[at + 1]], reason: hours.reasons[line[at + 2]] || null });
  }
  return spans;
}
