// On a narrow screen, the text or the grid: the links between them switch, and each keeps its place. Without this script
// the two follow each other on the page.
const room = document.querySelector("[data-review]");
const narrow = matchMedia("(width < 70rem)");
const places = {};
let shown = "grid";

let scroller = room; // the admin scrolls inside the page
while (scroller.parentElement && !["auto", "scroll"].includes(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement;

function show(view) {
  places[shown] = scroller.scrollTop;
  shown = view;
  room.dataset.shown = view;
  for (const link of room.querySelectorAll("[data-show]")) {
    if (link.dataset.show === view) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

room.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const view = target?.closest("[data-view]")?.dataset.view;
  if (!view) return;
  const fold = target.querySelector(":scope > details");
  if (fold) fold.open = true; // what a question leads to is read
  if (!narrow.matches || view === shown) return;
  show(view);
  if (link.dataset.show && places[view] !== undefined) {
    event.preventDefault();
    scroller.scrollTop = places[view];
  }
});

const asked = location.hash && document.getElementById(location.hash.slice(1))?.closest("[data-view]");
show(asked ? asked.dataset.view : room.querySelector(".review__since") ? "text" : shown);
if (asked && narrow.matches) document.getElementById(location.hash.slice(1)).scrollIntoView();
