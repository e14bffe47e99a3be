// In the frame of a study's map: shows the place that the address names after its #, as longitude,latitude.
// A classic script, as the document it is put into has no origin, from which no module could be fetched.

(() => {
  const CLOSE = 15;

  function show() {
    const [lon, lat] = location.hash.slice(1).split(",").map(Number);
    const map = window.map_study;
    if (!map || !Number.isFinite(lon) || !Number.isFinite(lat)) return;
    map.setView([lat, lon], CLOSE);
    map.eachLayer((layer) => {
      if (layer instanceof L.Marker && layer.getLatLng().equals([lat, lon])) layer.openPopup();
    });
  }

  window.addEventListener("hashchange", show);
  show();
})();
