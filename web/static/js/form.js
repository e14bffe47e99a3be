// What the form asks: where from, which stations, when. The form stays the one that works without scripts.

// Where the server's own list began: a place everybody may know, or a position this page was posted with.
export function given(form) {
  const { lon, lat, name = "", by } = form.dataset;
  if (lon) return { here: { lon: Number(lon), lat: Number(lat) }, name, by };
  const posted = form.querySelector("[name=lon]");
  if (!posted) return null;
  const here = { lon: Number(posted.value), lat: Number(form.elements.lat.value) };
  const accuracy = form.querySelector("[name=accuracy_m]");
  return { here, name: "", mine: true, by, accuracy: accuracy ? Number(accuracy.value) : 0 };
}

export function asked(form) {
  const checked = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((input) => input.value);
  const [open] = checked("open_at");
  const own = form.querySelector("[data-when]:checked");
  const moment = Date.parse(open);
  const chosen = (name) => form.querySelector(`[data-app=${name}]`).value;
  return {
    by: checked("by")[0] || "line",
    at: moment ? Number(form.dataset.at) : Date.now(),
    moment: Boolean(moment),
    longest: chosen("sort") === "open",
    wants: {
      kinds: checked("kind"),
      facilities: checked("facility"),
      whos: [chosen("who")].filter(Boolean),
      star: Number(chosen("star")) || 0,
      when: own ? own.dataset.when : open === "arrival" ? "arrival" : open ? "now" : undefined,
    },
  };
}

export function address(form) {
  const query = new URLSearchParams(location.search);
  for (const name of ["kind", "facility", "by", "open_at"]) query.delete(name);
  for (const input of form.querySelectorAll("[name]:checked")) query.append(input.name, input.value);
  const own = form.querySelector("[data-when=arrival]:checked");
  if (own) query.set("open_at", "arrival");
  return `${location.pathname}?${query}`;
}

// Ticks what an address asks for, where the page that came is the start.
export function follow(form, query) {
  for (const name of ["kind", "facility", "by", "open_at"]) {
    const values = query.getAll(name);
    if (name === "by" && !values.length) continue;
    for (const input of form.querySelectorAll(`[name=${name}]`)) input.checked = values.includes(input.value);
  }
  const own = form.querySelector("[data-when=arrival]");
  if (own) own.checked = query.get("open_at") === "arrival";
}

export function submit(form) {
  if (form.requestSubmit) form.requestSubmit();
  else form.submit();
}
