// Coming and going with the place, where the person wants to send it. The form works without.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-where]");
  if (!form || !navigator.geolocation) return;
  const line = form.querySelector("[data-where-choice]");
  const box = line.querySelector("input");
  const field = form.querySelector("input[name=where]");
  line.hidden = false;
  box.addEventListener("change", () => {
    field.value = "";
    if (!box.checked) return;
    navigator.geolocation.getCurrentPosition(
      (found) => {
        const { latitude, longitude, accuracy } = found.coords;
        field.value = `${latitude.toFixed(5)},${longitude.toFixed(5)} ±${Math.round(accuracy)}m`;
      },
      () => { box.checked = false; },
      { timeout: 10000, maximumAge: 60000 },
    );
  });
});
