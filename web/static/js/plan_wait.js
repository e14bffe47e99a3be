// The page of a study that is being made: its progress, and itself again as soon as there is something new.

import { drawTrace } from "./plan_site_trace.js";

const EVERY_MS = 1000;
const box = document.getElementById("progress");
const bar = box.querySelector("progress");
const percent = box.querySelector(".percent");
const step = box.querySelector(".step");

follow();

async function follow() {
  if (!document.hidden) {
    // Answered by what the browser has as long as nothing is new.
    const answer = await fetch(box.dataset.address, { cache: "no-cache" }).catch(() => null);
    if (answer && answer.ok && !show(await answer.json())) return;
  }
  setTimeout(follow, EVERY_MS);
}

// Whether there is more to wait for.
function show(told) {
  if (told.state !== box.dataset.state) {
    location.reload();
    return false;
  }
  bar.value = told.percent;
  percent.textContent = `${told.percent}%`;
  // Read out when it changes, and not every second.
  if (step.textContent !== told.step) step.textContent = told.step;
  if (told.trace) showSearch(told);
  return true;
}

// Of a plan: what is found and what bounds it. In words, too, but not read out each time they change.
function showSearch({ trace, said }) {
  const search = document.getElementById("trace");
  search.hidden = false;
  search.querySelector(".said").textContent = said;
  drawTrace(search.querySelector("svg"), trace);
}
