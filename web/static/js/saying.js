// What a row says, in the words the page brought: the twin of web/words.py and web/cards.py.

const CHINA_MS = 8 * 3600000;
const DAY_MS = 86400000;
const MINUTE_MS = 60000;
const WEEK_DAYS = 7;
const HERE_M = 10;
const FAR_M = 100000;
const FACILITIES_SHOWN = 7;

// fill("%(number)s 米", { number: 5 }) -> "5 米"
export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

export function distanceWords(words, { metres, seconds }, by) {
  if (metres < HERE_M) return words.here;
  const length = lengthWords(words, metres);
  if (by === "line" || seconds === null) return fill(words.line, { length });
  return fill(words[by], { time: durationWords(words, seconds), length });
}

export function lengthWords(words, metres) {
  const round = metres >= 100 ? 10 * Math.round(metres / 10) : Math.round(metres);
  if (round < 1000) return fill(words.metres, { number: round });
  const kilometres = round / 1000;
  // The server rounds an exact half to the even digit.
  const digits = round >= FAR_M ? 0 : 1;
  const shown = (kilometres % 1 === 0.25 ? kilometres - 0.01 : kilometres).toFixed(digits);
  return fill(words.kilometres, { number: shown.replace(/\.0$/, "") });
}

function durationWords(words, seconds) {
  const minutes = Math.max(Math.ceil(seconds / 60), 1);
  if (minutes < 60) return fill(words.minutes, { number: minutes });
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest ? fill(words.hours_minutes, { hours, minutes: rest }) : fill(words.hours, { number: hours });
}

// stateWords(words, { state, until, reason }, shown, always, ms) -> { key, name, when, reason }
export function stateWords(words, found, shown, always, ms) {
  const reason = reasonWords(words, found.reason);
  const said = { key: shown, name: words.states[shown], when: "", reason };
  if (shown === "unknown") return Object.assign(said, { when: reason ? "" : words.call });
  if (shown === "maybe_locked") return said;
  if (shown === "suspended") {
    return found.until === null ? said : Object.assign(said, { when: fill(words.resumes, { when: endWords(words, found.until, false, ms) }) });
  }
  if (found.until === null) return Object.assign(said, { when: always ? words.all_day : "" });
  const open = found.state === "open";
  return Object.assign(said, { when: fill(open ? words.closes : words.opens, { when: endWords(words, found.until, open, ms) }) });
}

function reasonWords(words, reason) {
  if (!reason) return "";
  return reason.word ? fill(words[reason.word], reason) : reason[words.lang];
}

// What ends at midnight ends today.
function endWords(words, until, open, ms) {
  const clock = open && (until + CHINA_MS) % DAY_MS === 0 ? "24:00" : clockWords(until);
  const [last, today] = [open ? until - MINUTE_MS : until, ms].map(dayNumber);
  if (last === today) return clock;
  if (last === today + 1) return fill(words.tomorrow, { time: clock });
  return `${last - today < WEEK_DAYS ? weekday(words, last) : dayOf(words, last)} ${clock}`;
}

export function clockWords(ms) {
  const local = new Date(ms + CHINA_MS);
  return `${local.getUTCHours()}:${String(local.getUTCMinutes()).padStart(2, "0")}`;
}

// momentWords(words, ms) -> the day, without its year, and the time in China.
export function momentWords(words, ms, now) {
  return dayNumber(ms) === dayNumber(now) ? clockWords(ms) : dayAndClock(words, ms);
}

export function dayAndClock(words, ms) {
  return `${dayOf(words, dayNumber(ms))} ${clockWords(ms)}`;
}

// Which day it is in China then, counted from 1970.
export function dayNumber(ms) {
  return Math.floor((ms + CHINA_MS) / DAY_MS);
}

function dayOf(words, day) {
  const date = new Date(day * DAY_MS);
  const values = { M: date.getUTCMonth() + 1, d: date.getUTCDate(), MMM: named(words, date, { month: "short" }) };
  return words.day.replace(/MMM|M|d/g, (part) => values[part]);
}

function weekday(words, day) {
  return named(words, new Date(day * DAY_MS), { weekday: "short" });
}

function named(words, date, what) {
  const locale = words.lang === "zh" ? "zh-CN" : "en-US";
  return new Intl.DateTimeFormat(locale, Object.assign({ timeZone: "UTC" }, what)).format(date);
}

export function accessWords(words, { who, how }) {
  return [words.who[who], words.how[how]].filter(Boolean).join(" · ");
}

export function offersWords(words, there, wanted) {
  const first = wanted.filter((code) => there.includes(code));
  const all = [...there.filter((code) => first.includes(code)), ...there.filter((code) => !first.includes(code))];
  const shown = all.slice(0, Math.max(FACILITIES_SHOWN, wanted.length)).map((code) => words.facilities[code] || code);
  const text = shown.join(" · ");
  return all.length > shown.length ? `${text} ${fill(words.more, { count: all.length })}` : text;
}

// Where it is, without the names with which all the addresses begin.
export function placeWords(tops, { address = "", floor = "", entrance = "" }) {
  let short = address;
  for (;;) {
    const top = tops.find((name) => short.startsWith(name) && short !== name);
    if (!top) break;
    short = short.slice(top.length);
  }
  return [short, floor, entrance].filter(Boolean).join(" ");
}
