// Places by what people call them, and what else their words ask for; the twin of geo/registry/search.py and
// geo/model/wishes.py, over one city's pack. Before the texts have come, names and codes alone are searched.

import { spelled, speller, spelling } from "./spelling.js";

const ELSEWHERE = 3;
const SPELLED = 4;
const LANDMARK = 0;
const AREA = 1;
const STATION = 2;
const APART = /[\s,、;]+/;
const WISHES_APART = /[\s,、;。!?]+/;
const ASCII = /^[\0-\x7f]*$/;
const SIGNS = /[^\p{L}\p{N}]+/gu;
// A word of one character is part of too many names to be taken out of one.
const INSIDE_LENGTH = 2;
// English writes apart what is one word here: step-free access.
const TOGETHER = 3;

// searchable(pack, texts?) -> what the functions below search in; made once.
export function searchable(pack, texts) {
  const names = pack.names.map((name, row) => [name, pack.codes[row], ...aliasesOf(texts, row)].map(plain));
  const lines = pack.names.map((name, row) => {
    const parts = texts
      ? [pack.codes[row], name, texts.signboards[row], ...aliasesOf(texts, row), texts.addresses[row]]
      : [pack.codes[row], name];
    return parts.filter(Boolean).join(" ").normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  });
  return {
    pack,
    names,
    lines,
    landmarks: (texts ? texts.landmarks : []).map((mark) => [mark, [mark.name, ...mark.aliases].map(plain)]),
    areas: pack.areas.filter((area) => area.lon !== null).map((area) => [area, [plain(area.name)]]),
    readings: texts ? texts.readings : new Map(),
    words: texts ? texts.words : new Map(),
  };
}

// findPlaces(search, text, limit = 8) -> the places a text may mean, best first: { name, category, code, lon, lat,
// exact, row }: code and row are a station's, code an area's, else "" and -1; lon, lat are in the pack's system;
// category is a kind, an area's level, or a landmark's own word; exact: the text is one of its names.
export function findPlaces(search, text, limit = 8) {
  const letters = spelling(text);
  const query = { text: plain(text), spelling: letters && speller(letters, search.readings) };
  if (!query.text) return [];
  const found = [...landmarks(search, query), ...areas(search, query), ...stations(search, query)];
  found.sort((a, b) => compare(a.rank, b.rank));
  return found.slice(0, limit).map(({ place }) => place);
}

// searchRows(search, text) -> the rows, ascending, whose code, names or address hold every word of a text.
export function searchRows(search, text) {
  const words = plain(text).split(APART).filter(Boolean);
  if (!words.length) return [];
  const rows = [];
  search.lines.forEach((line, row) => {
    if (words.every((word) => line.includes(word))) rows.push(row);
  });
  return rows;
}

// wishOf(search, text) -> { kinds, facilities, when, rest }: sorted codes of kinds and facilities; of "near", "now"
// and "all_day" those asked for; and what is left to be found as a place ("" for nothing).
export function wishOf(search, text) {
  const found = new Set();
  const rest = [];
  const tokens = plain(text).split(WISHES_APART).filter(Boolean);
  if (tokens.length > 1 && isHeld(search, tokens.join(" "))) rest.push(...tokens.splice(0));
  while (tokens.length) {
    const [count, meaning] = together(search.words, tokens);
    const [token] = tokens.splice(0, count);
    if (meaning !== undefined) found.add(meaning);
    else rest.push(isHeld(search, token) ? token : peeled(search.words, token, found));
  }
  const of = (sort) =>
    Array.from(found)
      .filter((meaning) => meaning.startsWith(`${sort}:`))
      .map((meaning) => meaning.slice(sort.length + 1))
      .sort();
  return { kinds: of("kind"), facilities: of("facility"), when: of("when"), rest: rest.filter(Boolean).join(" ") };
}

function aliasesOf(texts, row) {
  return (texts && texts.aliases.get(row)) || [];
}

function plain(text) {
  return text.normalize("NFKC").trim().toLowerCase();
}

function bare(text) {
  return text.replace(SIGNS, "");
}

// As the server counts and orders: by characters, not by halves of them.
function lengthOf(text) {
  return Array.from(text).length;
}

function compare(a, b) {
  for (let n = 0; n < a.length; n++) {
    if (a[n] < b[n]) return -1;
    if (a[n] > b[n]) return 1;
  }
  return 0;
}

function landmarks(search, query) {
  return search.landmarks
    .map(([mark, names]) => {
      const fit = bestFit(names, query);
      if (fit === null) return null;
      return placed(fit, LANDMARK, mark.name, mark.name, { ...mark, code: "", row: -1 });
    })
    .filter(Boolean);
}

function areas(search, query) {
  return search.areas
    .map(([area, names]) => {
      const fit = bestFit(names, query);
      if (fit === null) return null;
      return placed(fit, AREA, area.name, area.code, { ...area, category: area.level, row: -1 });
    })
    .filter(Boolean);
}

function stations(search, query) {
  const { pack } = search;
  const rows = new Map(searchRows(search, query.text).map((row) => [row, ELSEWHERE]));
  if (query.spelling) {
    search.lines.forEach((line, row) => {
      if (!rows.has(row) && spelled(line, query.spelling) !== null) rows.set(row, SPELLED + ELSEWHERE);
    });
  }
  return Array.from(rows, ([row, otherwise]) => {
    const own = bestFit(search.names[row], query);
    return placed(own === null ? otherwise : Math.min(own, otherwise), STATION, pack.names[row], pack.codes[row], {
      name: pack.names[row],
      category: pack.kinds[pack.kind[row]],
      code: pack.codes[row],
      lon: pack.lon[row],
      lat: pack.lat[row],
      row,
    });
  });
}

function placed(fit, sort, name, last, { category, code, lon, lat, row }) {
  const exact = fit === 0 || fit === SPELLED;
  return { rank: [fit, sort, lengthOf(name), last], place: { name, category, code, lon, lat, exact, row } };
}

function bestFit(names, query) {
  const fits = names.map((name) => literalFit(name, query.text)).filter((fit) => fit !== null);
  if (!fits.length && query.spelling) {
    for (const name of names) {
      const fit = spelled(name, query.spelling);
      if (fit !== null) fits.push(SPELLED + fit);
    }
  }
  return fits.length ? Math.min(...fits) : null;
}

function literalFit(name, text) {
  if (!name.includes(text)) return null;
  return name === text ? 0 : name.startsWith(text) ? 1 : 2;
}

// Whether some name or address holds a word: nothing is taken out of such a word.
function isHeld(search, word) {
  const named = ([, names]) => names.some((name) => name.includes(word));
  return search.lines.some((line) => line.includes(word)) || search.landmarks.some(named) || search.areas.some(named);
}

// How many of the first words mean something together, the most there are, and what it is.
function together(words, tokens) {
  for (let count = Math.min(tokens.length, TOGETHER); count > 1; count--) {
    const said = tokens.slice(0, count).map(bare);
    // A sign that stands by itself is no part of a word.
    if (said.every((word) => word && ASCII.test(word)) && words.has(said.join(""))) return [count, words.get(said.join(""))];
  }
  return [1, words.get(bare(tokens[0]))];
}

// What is left of a word once those that mean something are taken off its ends.
function peeled(words, token, found) {
  let left = Array.from(token);
  while (left.length) {
    const whole = words.get(bare(left.join("")));
    const cut = whole === undefined ? longestEnd(words, left) || longestBeginning(words, left) : [[], whole];
    if (!cut) break;
    found.add(cut[1]);
    [left] = cut;
  }
  return left.join("");
}

function longestEnd(words, chars) {
  for (let start = 0; start < chars.length; start++) {
    const meaning = inside(words, chars.slice(start));
    if (meaning) return [chars.slice(0, start), meaning];
  }
  return null;
}

function longestBeginning(words, chars) {
  for (let end = chars.length; end > 0; end--) {
    const meaning = inside(words, chars.slice(0, end));
    if (meaning) return [chars.slice(end), meaning];
  }
  return null;
}

// An English word stands by itself: "station" is no part of "stationery".
function inside(words, chars) {
  const part = chars.join("");
  const meaning = words.get(part);
  if (meaning === undefined || ASCII.test(part)) return null;
  return chars.length < INSIDE_LENGTH && meaning !== "between" ? null : meaning;
}
