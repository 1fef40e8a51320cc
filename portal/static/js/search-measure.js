// Tells the portal that a search was shown, then which rank was opened first: no cookie, no identifier, nothing kept here.
const isRefused = navigator.globalPrivacyControl || navigator.doNotTrack === "1";

function report(event, rank = 0) {
  const shown = document.querySelector("[data-measure-token]");
  if (isRefused || !shown?.dataset.measureToken) return;
  const body = new URLSearchParams({ jeton: shown.dataset.measureToken, evenement: event, rang: rank });
  fetch(shown.dataset.measureUrl, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
}

const words = (url) => new URLSearchParams(url.search).get("q")?.trim().toLowerCase() ?? "";
const counted = new Set();

// The same words with another filter are not another search.
function reportSearch() {
  if (counted.has(words(location))) return;
  counted.add(words(location));
  report("recherche");
}

// Nor are a reload and a step back.
function isNewSearch() {
  const navigation = performance.getEntriesByType("navigation")[0];
  if (navigation && navigation.type !== "navigate") return false;
  if (!document.referrer) return true;
  const before = new URL(document.referrer);
  const isSamePage = before.origin === location.origin && before.pathname === location.pathname;
  return !(isSamePage && words(before) === words(location));
}

function onClick(event) {
  if (event.button > 1) return;
  const link = event.target.closest(".search-page a[href]");
  const item = link?.closest("[data-measure-results] > li");
  if (item) {
    const first = Number(document.querySelector("[data-measure-token]")?.dataset.measureFirst);
    report("clic", first + [...item.parentElement.children].indexOf(item) + 1);
  } else if (link?.closest("[data-measure-recommended]")) {
    report("clic", 0);
  }
}

if (document.querySelector("[data-measure-token]")) {
  if (isNewSearch()) reportSearch();
  else counted.add(words(location));
  document.addEventListener("search:shown", reportSearch);
  document.addEventListener("click", onClick);
  document.addEventListener("auxclick", onClick);
}
