// What a list along streets leaves out, as no street leads there: the twin of geo/finder/by_street.py.

import { byDistance, matching } from "./near.js";

// isLeftOut(ways, far, wants) -> whether a row is left out. One on the streets may be missing because it closes before
// one is there, by the real way.
export function isLeftOut(ways, far, { when }) {
  const missing = (row) => far.metres[row] === Infinity;
  return when === "arrival" ? (row) => missing(row) && ways.off(row) : missing;
}

// notesOf(pack, { ways, far, line }, ask, most) -> { notes: list of { word, count }, none: whether nothing that
// matches is to be reached, though there is something }. ways: along streets; line: straight; far: what is listed by,
// at most so many at a time.
export function notesOf(pack, { ways, far, line }, { at, wants }, most) {
  const reached = inOrder(pack, wants, at, far).filter((row) => far.metres[row] < Infinity).slice(0, most);
  const straight = inOrder(pack, wants, at, line);
  const notes = [];
  const leftOut = reached.length < most && straight.slice(0, most).some(isLeftOut(ways, far, wants));
  if (leftOut && !reached.length) return { notes: [{ word: "none_reached" }], none: true };
  const farthest = Math.max(0, ...reached.map((row) => far.metres[row]));
  const missing = (row) => far.metres[row] === Infinity && ways.off(row);
  const nearer = straight.filter((row) => missing(row) && line.metres[row] < farthest);
  if (nearer.length) notes.push({ word: "nearer_off", count: nearer.length });
  if (leftOut) notes.push({ word: "left_out", count: reached.length });
  return { notes, none: false };
}

// What matches, nearest first, and after it what may.
function inOrder(pack, wants, at, { metres, seconds }) {
  const { rows, unknown } = matching(pack, wants, { at, seconds });
  return [...byDistance(rows, metres), ...byDistance(unknown, metres)];
}
