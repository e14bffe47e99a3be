// The page of a plan: its map, and a choice of places of one's own. What it is worth is computed here, from the
// plan's file, which is fetched when somebody first wants to change something.

import { drawPlan } from "./plan_site_map.js";
import { sayer } from "./plan_site_say.js";
import { fill } from "./saying.js";
import { near, openPlan, worth } from "./plan_site_value.js";

const NEARBY = 12;
const MARK = "#sites=";
// Longer lists are folded.
const MOST_ROWS = 20;
// What the codes of street corners begin with.
const CORNER = /^路口-/;
const told = JSON.parse(document.getElementById("plan-sites").textContent);
const panel = document.getElementById("map");
const box = document.getElementById("own");
const trying = box.querySelector(".trying");
const said = box.querySelector(".said");
const { words } = told;
const { value: valueWords, difference, rules: ruleWords } = sayer(told);
const sites = told.sites.map(([number, code, name, what, ...drawn]) => ({ number, code, name, what, drawn }));

let map = null;
// Of the file, once it is there: `plan`, `kept` (columns opened besides the places one can move) and `choices`, what
// was chosen so far, the last one being what is shown: lists of { number, column }.
let file = null;
let opening = null;

start();

async function start() {
  box.parentElement.hidden = false;
  const movable = Boolean(trying);
  map = await drawPlan(panel, told.stations, { drag, drop });
  showPlan(movable);
  for (const link of document.querySelectorAll("[data-number]")) {
    link.addEventListener("click", () => map.light(Number(link.dataset.number), true));
  }
  if (!movable) return;
  const buttons = { begin: ready, undo, reset };
  for (const [name, call] of Object.entries(buttons)) box.querySelector(`.${name}`).addEventListener("click", call);
  window.addEventListener("hashchange", () => follow(location.hash));
  for (const link of document.querySelectorAll(`a[href^="${MARK}"]`)) {
    link.addEventListener("click", (event) => {
      // The same link may be asked for again after a move: then the address does not change.
      event.preventDefault();
      panel.scrollIntoView({ block: "center" });
      follow(link.hash);
    });
  }
  follow(location.hash);
}

function showPlan(movable) {
  map.show(sites.map((site) => ({ ...site, movable: movable && site.what === "new" })));
}

// Fetches the file, once; whoever asks meanwhile waits for the same.
function open() {
  opening = opening || fetchFile();
  return opening;
}

// Whether the file is there to compute from.
function ready() {
  return open().then(() => true, () => false);
}

async function fetchFile() {
  said.textContent = words.loading;
  try {
    const answer = await fetch(told.file);
    if (!answer.ok) throw new Error(answer.status);
    const fetched = await answer.json();
    const plan = openPlan(fetched);
    const own = sites.filter(({ what, code }) => what === "new" && plan.rank.has(code));
    const movable = own.map(({ number, code }) => ({ number, column: plan.rank.get(code) }));
    const moving = new Set(movable.map(({ column }) => column));
    const kept = fetched.chosen.map((code) => plan.rank.get(code)).filter((column) => !moving.has(column));
    file = { plan, kept, choices: [movable] };
  } catch (error) {
    opening = null;
    said.textContent = words.failed;
    throw error;
  }
  box.querySelector(".begin").hidden = true;
  trying.hidden = false;
  map.candidates(file.plan.lon, file.plan.lat, file.plan.open);
  said.textContent = words.ready;
  show();
}

// What an address names is shown; one without places is no choice.
async function follow(hash) {
  if (!hash.startsWith(MARK) || !(await ready())) return;
  const { plan } = file;
  const codes = [...new Set(hash.slice(MARK.length).split(",").filter(Boolean).map(decoded))];
  const known = codes.map((code) => plan.rank.get(code)).filter((column) => column !== undefined);
  // A link of which nothing is known is no plan of no places.
  if (!known.length) {
    show();
    said.textContent = words.strange;
    return;
  }
  choose(numbered(known.filter((column) => !file.kept.includes(column))));
  const missing = codes.length - known.length;
  said.textContent = fill(missing ? words.missing : words.shown, { count: missing || codes.length });
}

// What somebody cut off or typed is a code that there is not.
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// Places of the plan keep their numbers, others take those that are left.
function numbered(columns) {
  const numbers = new Map(file.choices[0].map(({ number, column }) => [column, number]));
  const taken = new Set(columns.map((column) => numbers.get(column)));
  let next = 0;
  const free = () => {
    do next++; while (taken.has(next) || sites.some((site) => site.number === next && site.what !== "new"));
    return next;
  };
  return columns
    .map((column) => ({ number: numbers.get(column) || free(), column }))
    .sort((one, other) => one.number - other.number);
}

function current() {
  return file.choices[file.choices.length - 1];
}

function choose(choice) {
  file.choices.push(choice);
  show();
}

function undo() {
  if (file.choices.length > 1) file.choices.pop();
  show();
  said.textContent = words.back;
}

function reset() {
  choose(file.choices[0]);
  said.textContent = words.reset;
}

function columnsOf(choice) {
  return [...file.kept, ...choice.map(({ column }) => column)];
}

function replaced(number, column) {
  return current().map((one) => (one.number === number ? { number, column } : one));
}

// The nearest place that is free to be taken by a number.
function nearest(number, lon, lat) {
  const taken = new Set(columnsOf(current().filter((one) => one.number !== number)));
  return near(file.plan, lon, lat, 1, taken)[0];
}

function drag(number, lon, lat) {
  if (!file) {
    ready();
    return;
  }
  const found = nearest(number, lon, lat);
  if (found) verdict(replaced(number, found.column));
}

async function drop(number, lon, lat) {
  if (!(await ready())) {
    showPlan(true);
    return;
  }
  const found = nearest(number, lon, lat);
  if (!found) {
    show();
    return;
  }
  choose(replaced(number, found.column));
  const values = { number, name: nameOf(found.column), metres: Math.round(found.metres) };
  said.textContent = fill(words.moved, values);
}

function nameOf(column) {
  const { names, codes } = file.plan;
  if (names[column]) return names[column];
  return told.corners ? fill(words.unnamed, { number: codes[column].replace(CORNER, "") }) : codes[column];
}

// Whoever goes through the places around one with the arrow keys stays in that list: it is not made anew.
function show(listed = false) {
  const { plan, choices } = file;
  const first = new Map(choices[0].map(({ number, column }) => [number, column]));
  const spot = (column) => ({ lon: plan.lon[column], lat: plan.lat[column] });
  const own = current().map(({ number, column }) => {
    const was = first.get(number);
    const moved = was !== column;
    const from = moved && was !== undefined ? spot(was) : null;
    return { number, name: nameOf(column), what: "new", movable: true, moved, was: from, ...spot(column) };
  });
  map.show([...sites.filter(({ what }) => what !== "new"), ...own]);
  if (!listed) list(own.map(row));
  for (const { number, moved } of own) document.getElementById(`own-${number}`).parentElement.classList.toggle("moved", moved);
  verdict(current());
  box.querySelector(".undo").disabled = choices.length < 2;
  const same = own.length === first.size && !own.some(({ moved }) => moved);
  const link = MARK + current().map(({ column }) => encodeURIComponent(plan.codes[column])).join(",");
  history.replaceState(null, "", same ? location.pathname + location.search : link);
  box.querySelector(".link").href = same ? "#site-title" : link;
}

function list(rows) {
  const rest = box.querySelector("details");
  box.querySelector(".mine").replaceChildren(...rows.slice(0, MOST_ROWS));
  rest.hidden = rows.length <= MOST_ROWS;
  rest.querySelector("summary").textContent = fill(words.rest, { count: rows.length - MOST_ROWS });
  rest.querySelector(".mine").replaceChildren(...rows.slice(MOST_ROWS));
}

// What a choice is worth, against the plan; said beside it, and in words if something forbids it.
function verdict(choice) {
  const found = worth(file.plan, columnsOf(choice));
  box.querySelector(".value").textContent = valueWords(found);
  box.querySelector(".loss").textContent = difference(found) || words.best;
  const faults = [];
  if (found.unserved) faults.push(fill(words.impossible, { count: found.unserved }));
  if (found.broken.length) faults.push(ruleWords(found.broken));
  const fault = box.querySelector(".fault");
  if (fault.textContent !== faults.join(" ")) fault.textContent = faults.join(" ");
}

function row({ number }) {
  const item = document.createElement("li");
  const select = Object.assign(document.createElement("select"), { id: `own-${number}` });
  item.append(Object.assign(document.createElement("label"), { htmlFor: select.id, textContent: number }), select);
  onlyChosen(select, number);
  // Of all places only the one in hand needs its neighbours.
  select.addEventListener("focus", () => {
    addNeighbours(select, number);
    map.light(number, true);
  });
  select.addEventListener("blur", () => {
    onlyChosen(select, number);
    map.light(number, false);
  });
  select.addEventListener("change", () => {
    file.choices = [...file.choices, replaced(number, Number(select.value))];
    show(true);
    map.light(number, true);
    said.textContent = fill(words.chosen, { number, name: nameOf(Number(select.value)) });
  });
  return item;
}

function columnOf(number) {
  return current().find((one) => one.number === number).column;
}

function onlyChosen(select, number) {
  const column = columnOf(number);
  select.replaceChildren(new Option(fill(words.here, { name: nameOf(column) }), column, true, true));
}

// The places around one, each with what it would change.
function addNeighbours(select, number) {
  const { plan } = file;
  const column = columnOf(number);
  const taken = new Set(columnsOf(current()));
  for (const { column: other, metres } of near(plan, plan.lon[column], plan.lat[column], NEARBY, taken)) {
    const changed = difference(worth(plan, columnsOf(replaced(number, other)))) || words.same;
    const values = { name: nameOf(other), metres: Math.round(metres), difference: changed };
    select.append(new Option(fill(words.option, values), other));
  }
}
