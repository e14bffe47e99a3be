// The form reports under the same number as the buttons: one phone that uses both is one witness.

import { device } from "./report_mark.js";

const form = document.querySelector("form.report");

form.addEventListener("submit", () => {
  form.elements.device.value = device();
});
