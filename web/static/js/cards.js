// Rows of the list, cloned from the one the server rendered. Whatever a registry holds is text here.

import { isAllDay } from "./hours.js";
import { stationOf } from "./pack.js";
import { accessWords, distanceWords, fill, offersWords, placeWords, stateWords } from "./saying.js";

const UNSURE = ["unknown", "maybe_locked"];

// card({ pack, texts, phone }, item of an answer, { number, wanted, at, place: [lon, lat] on the map, href }) -> element
export function card({ pack, texts, phone }, item, { number, wanted, at, place, href }) {
  const { words, tops } = phone;
  const station = stationOf(pack, item.row, texts || undefined);
  const row = clone("card");
  const always = isAllDay(pack.hours, pack.schedule[item.row]);
  Object.assign(row.dataset, { number, code: station.code, kind: station.kind, state: item.shown, lon: place[0], lat: place[1] });
  const badge = row.querySelector(".number");
  badge.textContent = number;
  badge.className = `number ${item.shown}`;
  Object.assign(row.querySelector("h3 a"), { href, textContent: station.name });
  fillState(row, stateWords(words, item.state, item.shown, always, at));
  fillFar(row, distanceWords(words, item, item.by), station, words);
  put(row, ".place", placeWords(tops, station));
  put(row, ".access", accessWords(words, station));
  put(row, ".offers", offersWords(words, station.yes, wanted));
  fillBroken(row, (pack.broken && pack.broken.get(item.row)) || [], words);
  fillPhone(row, UNSURE.includes(item.shown) ? station.phone : "");
  return row;
}

export function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function fillState(row, { key, name, when, reason }) {
  const line = row.querySelector(".state");
  line.className = `state ${key}`;
  draw(line, key);
  put(line, "b", name);
  put(line, "span", when);
  put(row, ".reason", reason);
}

function fillFar(row, distance, { kind, code }, words) {
  const far = row.querySelector(".far b");
  draw(far, kind);
  far.lastChild.textContent = distance;
  const names = row.querySelector(".far > span");
  names.firstChild.textContent = `${words.kinds[kind]} `;
  names.querySelector(".soft").textContent = code;
}

function fillBroken(row, codes, words) {
  const line = row.querySelector(".broken");
  const what = codes.map((code) => words.facilities[code] || code).join(" · ");
  if (what) line.querySelector("span").textContent = fill(words.broken, { what });
  else line.remove();
}

function fillPhone(row, number) {
  const line = row.querySelector(".phone");
  if (!number) line.remove();
  else Object.assign(line.querySelector("a"), { href: `tel:${number}`, textContent: number });
}

function draw(box, name) {
  const use = box.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

// A part without words is not there.
function put(box, selector, text) {
  const part = box.querySelector(selector);
  if (text) part.textContent = text;
  else part.remove();
}
