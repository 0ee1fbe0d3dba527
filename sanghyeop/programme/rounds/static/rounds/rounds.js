// Sums beside the boxes while somebody types; the server adds up again when it saves.
"use strict";

function amount(text) {
  const plain = text.normalize("NFKC").replace(/[,\s원]/g, ""); // as data
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : 0;
}

function addUp() {
  for (const output of document.querySelectorAll("[data-sum-of]")) {
    let sum = 0;
    for (const box of document.querySelectorAll(`[data-sum="${output.dataset.sumOf}"] input`)) {
      const gone = box.closest("[data-row]")?.querySelector("input[name$='-DELETE']")?.checked;
      if (box.type !== "hidden" && !gone) sum += amount(box.value);
    }
    output.textContent = sum.toLocaleString("ko-KR");
    const full = output.dataset.full;
    if (full) output.closest(".notice")?.classList.toggle("warning", sum !== 0 && sum !== Number(full));
  }
}

document.addEventListener("input", addUp);
document.addEventListener("DOMContentLoaded", addUp);
