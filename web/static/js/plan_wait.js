// The page of a study that is being made: its progress, and itself again as soon as there is something new.

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
  return true;
}
