// Everything here is a convenience: each page can be read without it.
"use strict";

/** For screen readers. */
const news = document.createElement("div");
news.className = "pf-v6-screen-reader";
news.setAttribute("role", "status");
document.querySelector("footer").append(news);

// Copy buttons are hidden until here, because without a script they would do nothing.
for (const box of document.querySelectorAll("[data-copy-box]")) {
  const button = box.querySelector("[data-copy]");
  const text = button.querySelector("span");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(box.querySelector("code"));
    text.textContent = done ? "Copied" : "Press Ctrl+C";
    news.textContent = done ? "Copied" : "The text is selected. Press Ctrl+C to copy it.";
    setTimeout(() => { text.textContent = "Copy"; news.textContent = ""; }, 2000);
  });
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
