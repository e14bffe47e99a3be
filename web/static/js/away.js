// Whether there is a network, asked before a page is left for one that may not come.

// Somebody waits for it, with nothing to look at.
const PATIENCE_MS = 1500;

// isGone() -> Promise of whether nothing answers. An answer of any kind is one, an error's too; and what is slow may
// still come.
export function isGone() {
  const asked = fetch("/healthz", { cache: "no-store", credentials: "same-origin" });
  const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, false));
  return Promise.race([asked.then(() => false, () => true), slow]);
}

// isMet() -> whether the worker answers for a page that cannot come.
export function isMet() {
  return Boolean(navigator.serviceWorker && navigator.serviceWorker.controller);
}
