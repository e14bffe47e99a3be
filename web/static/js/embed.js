// For other sites: <script src=".../embed.js" data-area="..." async></script> puts a frame where it stands.
// Written for whatever browser those pages have; it leaves nothing behind but the frame.

(function () {
  "use strict";
  var script = document.currentScript;
  if (!script) return;
  var own = script.dataset;
  var names = { area: 1, code: 1, kind: 1, facility: 1, openAt: "open_at", show: 1, zoom: 1, theme: 1, lang: 1 };
  var asked = [];
  for (var name in names) {
    if (own[name]) asked.push((names[name] === 1 ? name : names[name]) + "=" + encodeURIComponent(own[name]));
  }
  var frame = document.createElement("iframe");
  frame.title = own.title || "爱心驿站";
  frame.width = size(own.width, "100%");
  frame.height = size(own.height, "480");
  frame.style.border = "0";
  frame.style.maxWidth = "100%";
  frame.setAttribute("allow", "geolocation");
  frame.setAttribute("loading", "lazy");
  frame.src = script.src.replace(/\/embed\.js.*$/, "/embed") + (asked.length ? "?" + asked.join("&") : "");
  // A script in the head has no place of its own.
  if (script.parentNode !== document.head) script.parentNode.insertBefore(frame, script.nextSibling);
  else if (document.body) document.body.appendChild(frame);
  else document.addEventListener("DOMContentLoaded", function () { document.body.appendChild(frame); });

  function size(text, otherwise) {
    return /^\d{1,4}%?$/.test(text) ? text : otherwise;
  }
})();
