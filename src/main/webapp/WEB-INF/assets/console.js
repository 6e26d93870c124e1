// Shows how jobs go on without a reload. Without this script, the page has a link for that.
"use strict";

const live = document.querySelector("[data-live]");
if (live) {
  setInterval(async () => {
    if (document.hidden || live.contains(document.activeElement)) {
      return; // nobody looks, or somebody is about to press a button
    }
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" }).catch(() => null);
    if (answer?.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-live]");
      if (now) {
        live.replaceChildren(...now.childNodes);
      }
    }
  }, 3000);
}
