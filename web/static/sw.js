// The service worker of the finder. The server puts SHELL before it: { base, start, cities, away, files, later }, which
// changes whenever a static file does. It keeps the start page, what it is made of, and the data of one city; never a
// position, nor any page or answer that one was given for.

const PREFIX = "yizhan-";
const SHELL_CACHE = `${PREFIX}shell-${SHELL.base}`;
const PAGES = `${PREFIX}pages-${SHELL.base}`;
const DATA = `${PREFIX}data`;
const TILES = `${PREFIX}tiles`;
// The page's own: what holds for a time.
const LIVE = `${PREFIX}live`;
const PACKS = "/api/v1/packs/";
const BASEMAP = "/basemap/";
const FRAME = "/embed";
const MOST_TILES = 300;
const PATIENCE_MS = 4000;
// In this order, whatever that of an address is: what is kept under one name is found under it.
const KEPT_PARAMETERS = ["lang", "big"];

let keeping = Promise.resolve();
// When the pack was asked for that is kept: milliseconds, as all moments here.
let begun = 0;

self.addEventListener("install", (event) => {
  const keep = async () => {
    await (await caches.open(SHELL_CACHE)).addAll(SHELL.files);
    await (await caches.open(PAGES)).addAll([SHELL.start, SHELL.cities, ...SHELL.away]);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(PREFIX) && ![SHELL_CACHE, PAGES, DATA, TILES, LIVE].includes(name));
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("message", (event) => {
  event.waitUntil(keepAll(event.data));
});

// The data first: it is what one cannot do without. The map comes last, for whoever has a list.
async function keepAll({ addresses, asked, map }) {
  const keepData = dataKeeper(asked);
  for (const address of addresses) {
    const request = new Request(address);
    const put = address.startsWith(BASEMAP) ? keepTile : keepData;
    const answer = await fetch(request).catch(() => null);
    // The rest is worth keeping, too.
    if (answer && answer.ok) await put(request, answer).catch(() => {});
  }
  if (!map) return;
  const shell = await own(SHELL_CACHE);
  if (!shell) return;
  for (const address of SHELL.later) if (!(await shell.match(address))) await shell.add(address);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin || inFrame(request)) return;
  if (request.method !== "GET") {
    if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => unsent(request, address)));
  } else if (request.mode === "navigate") {
    if (!address.pathname.startsWith(FRAME)) event.respondWith(page(event, address));
  } else if (address.pathname.startsWith(SHELL.base)) event.respondWith(fixed(request));
  else if (address.pathname === SHELL.cities) event.respondWith(table(event));
  else if (address.pathname.startsWith(PACKS)) event.respondWith(data(event));
  else if (address.pathname.startsWith(BASEMAP)) event.respondWith(tile(event));
});

// Others' frames, and what they ask for, are none of ours to keep: their city is not the reader's.
function inFrame({ mode, referrer }) {
  const { origin, pathname } = new URL(referrer, self.location.href);
  return mode !== "navigate" && origin === self.location.origin && pathname.startsWith(FRAME);
}

async function fixed(request) {
  const kept = await caches.match(request);
  return kept || fetch(request);
}

// A cache of this version; null where another version has cleared it away.
async function own(name) {
  return (await caches.has(name)) ? caches.open(name) : null;
}

// An answer that is on its way, kept if it is a good one. Said at once: a worker may be stopped when its event is over.
function keep(event, fetched, put) {
  const kept = fetched.then((answer) => answer && answer.ok && put(event.request, answer.clone()));
  event.waitUntil(kept.catch(() => {}));
  return fetched;
}

// By its address alone: pages vary with the browser's languages, which some browsers tell the worker and some do not.
async function keepPage({ url }, answer) {
  const pages = await own(PAGES);
  const { pathname, searchParams } = new URL(url);
  if (pages) await pages.put(named(pathname, searchParams), answer);
}

// The address of a page in the language and the size that another has.
function named(path, searchParams) {
  const query = new URLSearchParams();
  for (const name of KEPT_PARAMETERS) if (searchParams.get(name)) query.set(name, searchParams.get(name));
  return `${path}${String(query) && `?${query}`}`;
}

// Of all cities where they are: so that a phone knows what is missing, too. It changes seldom, and somebody who wants
// to know what is near waits for it: what is kept comes first, and the next tap has what there is by now.
async function table(event) {
  const fetched = keep(event, fetch(event.request), keepPage);
  return (await caches.match(SHELL.cities)) || fetched;
}

function data(event) {
  const { request } = event;
  const kept = () => caches.open(DATA).then((cache) => cache.match(request));
  return firstOf(keep(event, fetch(request), dataKeeper(Date.now())), kept);
}

// A tile's address names what it holds.
async function tile(event) {
  const { request } = event;
  const kept = caches.open(TILES).then((cache) => cache.match(request));
  const fetched = kept.then((found) => (found ? null : fetch(request)));
  return (await keep(event, fetched, keepTile)) || kept;
}

// What was seen last, as far as there is room.
async function keepTile(request, answer) {
  const cache = await caches.open(TILES);
  await cache.put(request, answer);
  const all = await cache.keys();
  for (const old of all.slice(0, Math.max(all.length - MOST_TILES, 0))) await cache.delete(old);
}

// Of one city, or of some that were asked for together, and of its streets what was asked for last. One after another,
// each with when it was asked for: what comes late of the city before must not clear away what is kept of the next.
function dataKeeper(asked) {
  return (request, answer) => {
    const next = () => putData(asked, request, answer);
    keeping = keeping.then(next, next);
    return keeping;
  };
}

async function putData(asked, request, answer) {
  // All of it, before anything is cleared away for it: networks fail in the middle, too.
  const body = await answer.blob();
  const whole = new Response(body, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
  const cache = await caches.open(DATA);
  const city = cityOf(request);
  const address = new URL(request.url);
  // A pack begins another city; all else belongs to one.
  const isPack = !address.search && !address.pathname.endsWith("/streets");
  if (!isPack && !(await cache.keys()).some((other) => cityOf(other) === city)) return;
  if (isPack && asked < begun) return;
  if (isPack) begun = asked;
  const sort = (url) => `${url.pathname} ${url.searchParams.get("part")}`;
  for (const other of await cache.keys()) {
    const older = new URL(other.url);
    if (cityOf(other) !== city || (sort(older) === sort(address) && older.search !== address.search)) await cache.delete(other);
  }
  await cache.put(request, whole);
}

function cityOf({ url }) {
  return new URL(url).pathname.slice(PACKS.length).split("/")[0];
}

// From the network; what is kept, where that fails or takes too long.
async function firstOf(fetched, kept) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  const answer = await Promise.race([fetched.catch(() => null), late]);
  if (answer && answer.status < 500) return answer;
  return (await kept()) || fetched;
}

function page(event, address) {
  const isStart = address.pathname === "/";
  const plain = isStart && [...address.searchParams.keys()].every((name) => KEPT_PARAMETERS.includes(name));
  const fetched = fetch(event.request);
  if (plain) keep(event, fetched, keepPage);
  return firstOf(fetched, () => (isStart ? start(address) : instead(address))).catch(() => away(address));
}

// The start page finds by itself what the address asks for.
async function start({ searchParams }) {
  const cache = await caches.open(PAGES);
  const lang = new URLSearchParams(searchParams);
  lang.delete("big");
  return (await cache.match(named("/", searchParams))) || (await cache.match(named("/", lang))) || cache.match(SHELL.start);
}

// A station's own page is not here; what is known of it, and of those around, is.
function instead({ pathname, searchParams }) {
  const [, code] = /^\/s\/([^/]+)/.exec(pathname) || [];
  if (!code) return undefined;
  const rest = named("", searchParams).slice(1);
  return Response.redirect(`/?q=${code}${rest && `&${rest}`}`, 302);
}

// A position that could not be posted is asked for again, where the list is made: it was in nobody's address.
function unsent({ referrer }, address) {
  // What is posted has its language and size within; the page it is posted from has them in its address.
  if (address.pathname === "/") return Response.redirect(`${named("/", new URL(referrer || address).searchParams)}#near`, 303);
  return instead(address) || away(address);
}

// What can be done where there is neither a network nor the page, in its language.
async function away({ searchParams }) {
  const cache = await caches.open(PAGES);
  const lang = searchParams.get("lang");
  return (lang && (await cache.match(`${SHELL.away[0]}?lang=${lang}`))) || (await cache.match(SHELL.away[0])) || Response.error();
}
