// A save that loads the editor again leads back to the same tab and the same place; a refused one, to its summary in
// the same tab.
const form = document.querySelector("[data-edit-form]");
const KEY = "editor-place";
const SOON = 60_000; // ms: an older place is that of another visit

// Wagtail scrolls an element of its page, not the page itself.
function scroller() {
  let around = form.parentElement;
  while (around && !(/auto|scroll/.test(getComputedStyle(around).overflowY) && around.scrollHeight > around.clientHeight)) {
    around = around.parentElement;
  }
  return around ?? document.scrollingElement;
}

function keep(event) {
  if (event.target !== form || event.defaultPrevented) return;
  const tab = form.querySelector("[role=tab][aria-selected=true]")?.getAttribute("href") ?? "";
  sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, tab, y: scroller().scrollTop, at: Date.now() }));
}

function take() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  const isHere = kept && (kept.path === location.pathname || kept.path.includes("/add/"));
  // Sent from there to here: an editor that is opened again later begins at its beginning.
  const isNext = isHere && document.referrer && new URL(document.referrer).pathname === kept.path;
  return isNext && Date.now() - kept.at < SOON ? kept : null;
}

// The blocks are drawn by scripts: the page grows until the place exists. The person who moves first is not moved.
function scrollBack(y) {
  const end = performance.now() + 3_000;
  const stop = new AbortController();
  for (const name of ["wheel", "touchstart", "keydown", "pointerdown"]) {
    addEventListener(name, () => stop.abort(), { once: true, signal: stop.signal });
  }
  (function step() {
    if (stop.signal.aborted) return;
    const moved = scroller();
    moved.scrollTo({ top: y, behavior: "instant" });
    if (Math.abs(moved.scrollTop - y) > 2 && performance.now() < end) requestAnimationFrame(step);
    else stop.abort();
  })();
}

const place = form && take();
const summary = form && document.querySelector("[data-error-summary]");
// Before Wagtail opens the tab that the address names.
if (place?.tab) history.replaceState(null, "", place.tab);
// A browser gives no focus by itself where the address names a place.
if (summary) addEventListener("load", () => summary.focus());
else if (place?.y) addEventListener("load", () => scrollBack(place.y));
addEventListener("submit", keep);
