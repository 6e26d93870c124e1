// Everything here is a convenience: each page can be read without it.
"use strict";

// Copy buttons are hidden until here, because without a script they would do nothing.
for (const box of document.querySelectorAll("[data-copy-box]")) {
  const button = box.querySelector("[data-copy]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(box.querySelector("code"));
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  button.setAttribute("aria-live", "polite");
}

/** The clipboard is there over TLS only, and on the own machine; elsewhere the text is selected and copied. */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }
}

// The server knows only UTC.
const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll("time[data-local]")) {
  time.title = local.format(new Date(time.dateTime));
}
for (const time of document.querySelectorAll("time[data-local-text]")) {
  time.textContent = local.format(new Date(time.dateTime));
}
