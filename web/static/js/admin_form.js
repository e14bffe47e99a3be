// The form of a station: what hours mean while they are written, the map, and a word before typed things are left.

const HOURS_WAIT_MS = 400;

const form = document.getElementById("station");
const meaning = document.getElementById("meaning");
const panel = document.getElementById("place-map");

if (form) watch();
if (meaning) tellHours();
if (panel) import("./admin_pins.js").then(({ drawPins }) => drawPins(panel, form)).catch(noMap);
document.getElementById("faults")?.focus();

// The numbers are enough to place a station; that there is no map is told, and the reason is kept for whoever looks.
function noMap(error) {
  console.error(error);
  panel.hidden = false;
  panel.querySelector(".canvas").hidden = true;
  for (const button of panel.querySelectorAll("button")) button.hidden = true;
  panel.querySelector("[data-said]").textContent = panel.dataset.noMap;
}

function watch() {
  const before = state();
  let sent = false;
  form.addEventListener("submit", () => { sent = true; });
  // Back from the next page, the form is there again, and so is the question.
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("beforeunload", (event) => {
    if (!sent && state() !== before) event.preventDefault();
  });
}

function state() {
  return new URLSearchParams(new FormData(form)).toString();
}

function tellHours() {
  const fields = ["hours_raw", "season"].map((name) => form.elements[name]);
  form.querySelector("[data-hours]").hidden = true;
  let timer = null;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const query = new URLSearchParams({ raw: fields[0].value, season: fields[1].value });
    const answer = await fetch(`${meaning.dataset.address}?${query}`, { redirect: "error" });
    const piece = answer.ok ? await answer.text() : null;
    // Of several questions only the last one's answer counts.
    if (piece !== null && mine === asked) meaning.replaceChildren(...parts(piece));
  };
  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask().catch(() => {}), HOURS_WAIT_MS);
    });
  }
}

function parts(piece) {
  return new DOMParser().parseFromString(piece, "text/html").body.childNodes;
}
