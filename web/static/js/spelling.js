// Chinese names as people type them in letters: xianzhan in full, xaz by initials. The twin of geo/model/pinyin.py,
// with the readings that a pack brings.

const TYPED = /^[a-z][a-z0-9]+$/;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const EXACT = 0;
const BEGINNING = 1;
const PART = 2;

// spelling(text) -> what it spells, without the spaces; null where it is no spelling.
export function spelling(text) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/[\s'’]+/g, "");
  return TYPED.test(plain) ? plain : null;
}

// speller(query, readings) -> what `spelled` compares names with; made once for each spelling.
export function speller(query, readings) {
  const chars = [...LETTERS, ...readings.keys()];
  const ways = [full, initials].map((tokensOf) => {
    const way = waysOf(query, readings, tokensOf);
    const first = chars.filter((char) => way(char, 0).length).join("");
    return { way, first: new RegExp(`[${first}]`, "g") };
  });
  return { end: query.length, ways };
}

// spelled(name, speller) -> 0 all of a name (in lower case), 1 its beginning, 2 a part of it; null: not at all.
export function spelled(name, { end, ways }) {
  let best = null;
  for (const { way, first } of ways) {
    first.lastIndex = 0;
    // The browser's own search for where it can begin leaves little to compare.
    for (let found = first.exec(name); found; found = first.exec(name)) {
      const fit = fitFrom(name, found.index, way, end);
      if (fit !== null && (best === null || fit < best)) best = fit;
    }
  }
  return best;
}

function full(char, readings) {
  const own = readings.get(char) || [];
  return LETTERS.includes(char) ? [char, ...own] : own;
}

function initials(char, readings) {
  return full(char, readings).map((reading) => reading[0]);
}

// A function of a character and a place in the query: the places that the character leads to. Thousands of names
// ask for the same few again. One place beyond the query's end stands for an end within a syllable.
function waysOf(query, readings, tokensOf) {
  const known = new Map();
  const onwards = (tokens, place) => {
    const rest = query.slice(place);
    const whole = tokens.filter((token) => rest.startsWith(token)).map((token) => place + token.length);
    const unfinished = tokens.some((token) => token.length > rest.length && token.startsWith(rest));
    return Array.from(new Set(unfinished ? [...whole, query.length + 1] : whole));
  };
  return (char, place) => {
    let ways = known.get(char);
    if (!ways) known.set(char, (ways = []));
    if (!ways[place]) ways[place] = onwards(tokensOf(char, readings), place);
    return ways[place];
  };
}

function fitFrom(name, start, way, end) {
  let places = way(name[start], 0);
  for (let at = start; places.length; at++) {
    if (places.some((place) => place >= end)) {
      const whole = start === 0 && at + 1 === name.length && places.includes(end);
      return whole ? EXACT : start ? PART : BEGINNING;
    }
    if (at + 1 === name.length) return null;
    const next = name[at + 1];
    places = places.length === 1 ? way(next, places[0]) : union(places.map((place) => way(next, place)));
  }
  return null;
}

function union(lists) {
  return Array.from(new Set([].concat(...lists)));
}
