// What stands under the form: headings, notices, lists.

import { LONGEST_WITHIN_M } from "./answer.js";
import { clone } from "./cards.js";
import { fill, lengthWords } from "./saying.js";

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// For those who do not see that the list has changed.
export function tell(text) {
  document.getElementById("told").textContent = text;
}

export function notice(...lines) {
  const box = element("div", "notice");
  for (const line of lines) box.append(element("p", "", line));
  return box;
}

// title(text with a place for a name, values): the names isolated, as they may turn the writing direction.
export function title(text, values = {}) {
  const heading = document.querySelector(".panel h1");
  heading.textContent = "";
  for (const part of text.split(/(%\(\w+\)s)/)) {
    const name = /^%\((\w+)\)s$/.exec(part);
    heading.append(name ? element("bdi", "", values[name[1]]) : part);
  }
  const site = document.title.split(" · ").pop();
  document.title = `${fill(text, values)} · ${site}`;
}

// remarks(words, notes) -> what is to be said of the streets a list was measured along, or was not.
export function remarks(words, notes) {
  return notes.map(({ word, count }) => notice(fill(words[word], { count })));
}

// parts(words, found, { when, then, longest, rows }) -> the elements of a list; rows: the made cards, in order.
export function parts(words, found, { when, then, longest, rows }) {
  const { known, unknown } = found;
  if (!known.length && !unknown.length) return [notice(when ? words.none_open : words.none, words.loosen)];
  const made = [];
  if (known.length) {
    made.push(heading(words, found, { when, then, longest }), list(rows.slice(0, known.length)));
  } else made.push(notice(words.only_unsure));
  if (unknown.length) made.push(element("h2", "", words.unsure), list(rows.slice(known.length), known.length + 1));
  return made;
}

function heading(words, { by, among }, { when, then, longest }) {
  const text = longest ? longestOf(words, among) : when ? then || words[`open_${when}`] : words.order;
  const made = element("h2", "", `${text} `);
  made.append(element("small", "", by === "line" ? words.straight : words.streets));
  return made;
}

function longestOf(words, among) {
  if (!among) return words.longest;
  return fill(words.longest_of, { count: among, length: lengthWords(words, LONGEST_WITHIN_M) });
}

function list(rows, start) {
  const made = element("ol", "list");
  if (start) made.start = start;
  made.append(...rows);
  return made;
}

// picks(places, word of a category, choose) -> a list of places to choose from.
export function picks(places, word, choose) {
  const made = element("ul", "picks tall");
  for (const place of places) {
    const button = element("button", "", "");
    button.type = "button";
    button.append(element("b", "", place.name), " ", element("span", "soft", `${word(place.category)} ${place.code}`));
    button.addEventListener("click", () => choose(place));
    const row = element("li");
    row.append(button);
    made.append(row);
  }
  return made;
}

// The way to a row's station, by tap alone. `go` may take it upon itself and return true.
export function wayButton(code, here, go) {
  const form = clone("way");
  form.action = form.getAttribute("action").replace("CODE", encodeURIComponent(code));
  form.addEventListener("submit", (event) => {
    if (go()) {
      event.preventDefault();
      return;
    }
    form.querySelectorAll("[data-here]").forEach((old) => old.remove());
    for (const [name, value] of Object.entries(here())) {
      const input = Object.assign(element("input"), { type: "hidden", name, value });
      input.dataset.here = "";
      form.append(input);
    }
  });
  return form;
}
