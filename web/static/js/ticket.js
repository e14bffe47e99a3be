// The ticket of a report that waits for an answer: what happened to it appears while somebody looks at the page.

const EVERY_MS = 30000;

const part = (name, page = document) => page.getElementById(`ticket-${name}`);
const happened = (page) => part("steps", page).children;
let looking = false;
const timer = setInterval(look, EVERY_MS);

document.addEventListener("visibilitychange", look);

async function look() {
  if (looking || document.hidden || !navigator.onLine) return;
  looking = true;
  // What cannot be had now is had the next time; the page stays as it is.
  const page = await fetched().catch(() => null);
  looking = false;
  if (page && happened(page).length > happened(document).length) show(page);
}

async function fetched() {
  const answer = await fetch(part("steps").dataset.address, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return answer.ok && part("steps", page) ? page : null;
}

function show(page) {
  const steps = happened(page);
  const told = [part("state", page), steps[steps.length - 1]].map((one) => one.textContent).join(" ");
  if (!part("more", page).children.length) end(page);
  for (const name of ["state", "steps"]) part(name).replaceWith(part(name, page));
  part("news").textContent = told.replace(/\s+/g, " ").trim();
}

// Nothing is left to wait for, or to be added; but what somebody is writing is not taken out of his hands.
function end(page) {
  clearInterval(timer);
  document.removeEventListener("visibilitychange", look);
  part("own").replaceWith(part("own", page));
  if (!isInUse(part("more"))) part("more").replaceWith(part("more", page));
}

function isInUse(forms) {
  const { text, photo } = forms.querySelector("form").elements;
  const written = text.value !== text.defaultValue || photo.files.length > 0;
  // Of what was refused, the text came back with the page.
  return written || forms.contains(document.activeElement) || forms.querySelector("[role=alert]") !== null;
}
