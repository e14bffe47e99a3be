// What a station's page gains from scripts: its address copied, its link shared.

const said = document.getElementById("said");
const share = document.getElementById("share");

const copy = document.getElementById("copy");

if (copy) {
  const address = document.getElementById("address");
  copy.hidden = false;
  copy.addEventListener("click", async () => tell(await copied(address.textContent, address)));
}

share.hidden = false;
share.addEventListener("click", async () => {
  const { title, url } = share.dataset;
  if (!navigator.share) {
    tell(await copied(url, shown(url)));
    return;
  }
  // Whoever closes the list of apps has said no, and needs no telling.
  await navigator.share({ title, url }).catch(() => {});
});

function tell(done) {
  const words = document.createElement("span");
  words.textContent = done ? said.dataset.copied : said.dataset.select;
  const link = said.querySelector("bdi");
  said.textContent = "";
  said.append(...(done || !link ? [words] : [words, " ", link]));
  if (!done && link) select(link);
}

// Only https pages have a clipboard, and some built-in browsers refuse it: the text is then left selected.
async function copied(text, source) {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // As without one.
  }
  select(source);
  return document.execCommand("copy");
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

// A link stands nowhere on the page until it is to be copied by hand.
function shown(text) {
  const link = document.createElement("bdi");
  link.textContent = text;
  said.textContent = "";
  said.append(link);
  return link;
}
