// Reporting with one tap: sent at once, kept on the page until it is through, told what came of it.

import { DAY_MS, device, store, stored } from "./report_mark.js";

// The server takes nothing that comes faster after the page: people do not, programs do.
const SOONEST_MS = 2200;
const PATIENCE_MS = 30000;
// What was not sent is about a door that was locked then.
const PENDING_MS = 3600000;
const KEPT_MS = 30 * DAY_MS;
const LONGEST_PX = 1600;

const section = document.getElementById("report");
const words = section.dataset;
const part = (name) => document.getElementById(`report-${name}`);
const said = part("said");
const [next, again, ticket, back, more] = ["next", "again", "ticket", "back", "more"].map(part);
const began = performance.now();
let busy = false;
// What failed, to be done again; where the last report's ticket is; what is told in words alone.
let retry = null;
let links = null;
let asking = null;

section.addEventListener("click", (event) => {
  const tap = event.target.closest("a[data-kind]");
  if (!tap || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { kind } = tap.dataset;
  if (kind === "suggestion") ask(kind);
  else act(() => report(kind));
});
again.addEventListener("click", () => retry && act(retry));
back.addEventListener("click", () => act(takeBack));
more.addEventListener("submit", (event) => {
  event.preventDefault();
  act(asking ? () => report(asking) : addMore);
});
remembered();

// One thing at a time; what fails can be done again with one tap.
async function act(work) {
  if (busy) return;
  busy = true;
  section.setAttribute("aria-busy", "true");
  tell(words.sending);
  retry = work;
  try {
    tell(await work());
    retry = null;
  } catch (error) {
    tell(error.said || words.failed);
  }
  busy = false;
  section.removeAttribute("aria-busy");
  shown();
}

// A suggestion without words says nothing.
function ask(kind) {
  asking = kind;
  shown();
  tell(words.asking);
  more.elements.text.focus();
}

async function report(kind) {
  const typed = kind === asking ? await written() : new FormData();
  keep({ kind, at: Date.now(), text: typed.get("text") });
  for (const [name, value] of [["kind", kind], ["device", device()], ["stamp", words.stamp]]) typed.append(name, value);
  await new Promise((resolve) => setTimeout(resolve, SOONEST_MS - (performance.now() - began)));
  links = await post(words.send, typed);
  keep({ page: links.page, at: Date.now() });
  if (kind === asking) more.reset();
  asking = null;
  return `${kindWords(kind)} · ${words.sent}`;
}

async function addMore() {
  const answer = await post(links.more, await written());
  more.elements.photo.value = "";
  return answer.said;
}

async function takeBack() {
  const answer = await post(links.back, new FormData());
  links = null;
  keep(null);
  return answer.said;
}

async function written() {
  const body = new FormData();
  const [photo] = more.elements.photo.files;
  body.append("text", more.elements.text.value);
  if (photo) body.append("photo", await smaller(photo), "photo.jpg");
  return body;
}

async function post(address, body) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      signal: patience.signal,
    });
    const isOurs = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    const told = isOurs ? await answer.json() : {};
    if (!answer.ok) throw Object.assign(new Error(), { said: told.detail || words.refused });
    return told;
  } finally {
    clearTimeout(timer);
  }
}

// Smaller before it travels, and without what a camera writes into it; what the phone cannot do, the server does.
async function smaller(photo) {
  try {
    const image = await createImageBitmap(photo, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_PX / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const body = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
    return body || photo;
  } catch {
    return photo;
  }
}

function tell(text) {
  said.textContent = text;
}

function shown() {
  again.hidden = !retry;
  ticket.hidden = !links;
  back.hidden = !(links && links.back);
  more.hidden = !(asking || (links && links.more));
  next.hidden = again.hidden && ticket.hidden;
  if (links) ticket.href = links.page;
}

function kindWords(kind) {
  return section.querySelector(`a[data-kind="${kind}"]`).textContent.trim();
}

function keep(item) {
  const held = stored();
  store({ ...held, of: { ...held.of, [words.code]: item } });
}

function remembered() {
  const item = (stored().of || {})[words.code];
  const age = item ? Date.now() - item.at : Infinity;
  if (item && item.page && age < KEPT_MS) {
    links = { page: item.page };
    tell(words.before);
  } else if (item && item.kind && age < PENDING_MS) {
    if (item.text) {
      asking = item.kind;
      more.elements.text.value = item.text;
    }
    retry = () => report(item.kind);
    tell(`${kindWords(item.kind)} · ${words.failed}`);
  }
  shown();
}
