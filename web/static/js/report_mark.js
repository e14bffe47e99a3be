// What a phone keeps of what it reported, and the random number that it reports under.

export const DAY_MS = 86400000;
const STORED = "yizhan.reports";
// What storage refuses.
let kept = {};

// A random number of this phone alone, forgotten a day after the last report: it tells two people from one who taps twice.
export function device() {
  const held = stored();
  const now = Date.now();
  if (!held.mark || now - held.used > DAY_MS) {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    held.mark = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  store({ ...held, used: now });
  return held.mark;
}

// Private windows have no room to keep anything: it is then kept as long as the page.
export function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) || kept;
  } catch {
    return kept;
  }
}

export function store(value) {
  kept = value;
  try {
    localStorage.setItem(STORED, JSON.stringify(value));
  } catch {
    // As said above.
  }
}
