// Small things that make work easier; every page works without them.
"use strict";

// A form that fails on the server comes back as 422 or 409: show it in place instead of dropping it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([401, 403, 409, 422].includes(event.detail.xhr.status)) event.detail.shouldSwap = true;
});

// Ask before leaving a page with unsaved words.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.unsaved = "1";
});
// Not form.action: a button may have that name.
const addressOf = (form) => form.getAttribute("action") ?? "";
document.addEventListener("submit", (event) => {
  delete event.target.dataset.unsaved;
  const key = event.target.querySelector("input[name=once]");
  if (key) history.replaceState({...history.state, once: key.value, sentTo: addressOf(event.target)}, "");
  // A second click does not send the form a second time (the server would notice, too).
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  }
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-unsaved]")) event.preventDefault();
});

// A page that the browser fetches anew when someone goes back to it gets back the key of the form that was sent from
// it: sent again, the form leads to the first one's result.
document.addEventListener("DOMContentLoaded", () => {
  const form = [...document.forms].find((f) => f.once && addressOf(f) === history.state?.sentTo);
  if (form) form.once.value = history.state.once;
});

// Lead the eye and the screen reader to what went wrong.
document.addEventListener("DOMContentLoaded", () => document.querySelector(".notice.error[role=alert]")?.focus());
