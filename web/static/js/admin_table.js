// The table of stations: one tick for all of a page, and a count of what is ticked.

const form = document.getElementById("chosen");
const all = form?.querySelector("[data-all]");

if (all) {
  const box = all.querySelector("input");
  const boxes = [...form.querySelectorAll('input[name="code"]')];
  const show = () => {
    const ticked = boxes.filter((one) => one.checked).length;
    box.checked = ticked === boxes.length;
    box.indeterminate = ticked > 0 && ticked < boxes.length;
    for (const one of boxes) one.closest("tr").classList.toggle("on", one.checked);
  };
  all.hidden = false;
  box.addEventListener("change", () => {
    for (const one of boxes) one.checked = box.checked;
    show();
  });
  form.addEventListener("change", show);
  show();
}

// A filter is a question of its own: the address has no parameters that say nothing.
document.querySelector(".filters")?.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
