// The page on which a frame is put together: the code and the preview follow the form, and the code is copied
// at a tap. The server alone makes code: what has changed is taken from its answer.

const PAUSE_MS = 400;
const form = document.getElementById("make");
const said = document.getElementById("said");
let timer = 0;
let latest = 0;

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(update, PAUSE_MS);
});
setUpCopying();

async function update() {
  const number = ++latest;
  const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  const answer = await fetch(address);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (number !== latest) return;
  document.getElementById("made").replaceWith(document.adoptNode(page.getElementById("made")));
  history.replaceState(null, "", address);
  setUpCopying();
  said.textContent = said.dataset.made;
}

function setUpCopying() {
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(document.getElementById(button.dataset.copies), button));
  }
}

async function copy(area, button) {
  area.focus();
  area.select();
  let done = false;
  try {
    // Only https pages have a clipboard.
    if (navigator.clipboard) await navigator.clipboard.writeText(area.value);
    done = navigator.clipboard ? true : document.execCommand("copy");
  } catch {
    done = false;
  }
  said.textContent = button.textContent = done ? said.dataset.copied : said.dataset.select;
}
