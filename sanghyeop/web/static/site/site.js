// Small things that make work easier; every page works without them.
"use strict";

// A form that fails on the server comes back as 422 or 409: show it in place instead of dropping it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([401, 403, 409, 422].includes(event.detail.xhr.status)) event.detail.shouldSwap = true;
});

// Ask before leaving a page with unsaved words.
let unsaved = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-guard]")) unsaved = true;
});
document.addEventListener("submit", (event) => {
  unsaved = false;
  // A second click does not send the form a second time (the server would notice, too).
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  }
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

// Lead the eye and the screen reader to what went wrong.
document.addEventListener("DOMContentLoaded", () => document.querySelector(".notice.error[role=alert]")?.focus());
