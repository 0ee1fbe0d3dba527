// A log-in lost while a sheet saves itself: the page that asks for it again takes the whole window, not the status line.
"use strict";
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 401) { event.detail.target = document.body; event.detail.swapOverride = "innerHTML"; }
});
document.addEventListener("htmx:sendError", () => {
  const box = document.getElementById("saved");
  if (box && box.dataset.lost) box.textContent = box.dataset.lost;
});
