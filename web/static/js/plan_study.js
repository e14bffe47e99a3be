// The page of a study: a link to a place on the map brings the map into sight.

for (const link of document.querySelectorAll('a[target="study-map"]')) {
  link.addEventListener("click", () => {
    document.getElementById("study-map").scrollIntoView({ block: "center" });
  });
}
