// The planner's form: whoever fills in a field of a choice has made that choice.

for (const field of document.querySelectorAll("[data-choice]")) {
  field.addEventListener("input", () => {
    document.getElementById(field.dataset.choice).checked = true;
  });
}
