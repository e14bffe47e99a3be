// The service worker of the finder. The server puts SHELL before it: { base, start, files, later }, which changes
// whenever a static file does. It keeps the start page, what it is made of, and the data of one city; never a
// position, nor any page or answer that one was given for.

const PREFIX = "yizhan-";
const SHELL_CACHE = `${PREFIX}shell-${SHELL.base}`;
const PAGES = `${PREFIX}pages-${SHELL.base}`;
const DATA = `${PREFIX}data`;
const PACKS = "/api/v1/packs/";
const PATIENCE_MS = 4000;
const KEPT_PARAMETERS = ["lang", "big"];

self.addEventListener("install", (event) => {
  const keep = async () => {
    await (await caches.open(SHELL_CACHE)).addAll(SHELL.files);
    await (await caches.open(PAGES)).add(SHELL.start);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(PREFIX) && ![SHELL_CACHE, PAGES, DATA].includes(name));
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("message", (event) => {
  event.waitUntil(keepAll(event.data));
});

// The data first: it is what one cannot do without. The map comes last, for whoever has a list.
async function keepAll({ addresses, map }) {
  for (const address of addresses) {
    const answer = await fetch(address).catch(() => null);
    if (answer && answer.ok) await keepData(new Request(address), answer);
  }
  if (!map) return;
  const shell = await caches.open(SHELL_CACHE);
  for (const address of SHELL.later) if (!(await shell.match(address))) await shell.add(address);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // Pages of others' frames are none of ours to keep.
    if (!address.pathname.startsWith("/embed")) event.respondWith(page(event, address));
  } else if (address.pathname.startsWith(SHELL.base)) event.respondWith(fixed(request));
  else if (address.pathname.startsWith(PACKS)) event.respondWith(data(event));
});

async function fixed(request) {
  const kept = await caches.match(request);
  return kept || fetch(request);
}

async function data(event) {
  const { request } = event;
  const fetched = fetch(request).then((answer) => {
    if (answer.ok) event.waitUntil(keepData(request, answer.clone()));
    return answer;
  });
  const kept = () => caches.open(DATA).then((cache) => cache.match(request));
  return firstOf(fetched, kept);
}

// Of one city, and of its streets what was asked for last.
async function keepData(request, answer) {
  const cache = await caches.open(DATA);
  const city = cityOf(request);
  const address = new URL(request.url);
  const sort = (url) => `${url.pathname} ${url.searchParams.get("part")}`;
  for (const other of await cache.keys()) {
    const older = new URL(other.url);
    if (cityOf(other) !== city || (sort(older) === sort(address) && older.search !== address.search)) await cache.delete(other);
  }
  await cache.put(request, answer);
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
  const fetched = fetch(event.request).then((answer) => {
    if (plain && answer.ok) {
      const copy = answer.clone();
      event.waitUntil(caches.open(PAGES).then((cache) => cache.put(event.request, copy)));
    }
    return answer;
  });
  return firstOf(fetched, () => (isStart ? start(address) : instead(address)));
}

// The start page finds by itself what the address asks for.
async function start(address) {
  const cache = await caches.open(PAGES);
  const query = new URLSearchParams([...address.searchParams].filter(([name]) => KEPT_PARAMETERS.includes(name)));
  return (await cache.match(`/${String(query) && `?${query}`}`)) || cache.match(SHELL.start);
}

// A station's own page is not here; what is known of it, and of those around, is.
function instead(address) {
  const [, , code] = /^\/(s)\/([^/]+)/.exec(address.pathname) || [];
  return code ? Response.redirect(`/?q=${code}`, 302) : undefined;
}
