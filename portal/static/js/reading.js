// The table of contents follows the reader: sections read are joined by the thread, the current one is marked.
const links = [...document.querySelectorAll(".toc a[href^='#']")];
const sections = links.map((link) => document.getElementById(link.hash.slice(1))).filter(Boolean);

function follow() {
  const line = window.innerHeight * 0.35;
  const current = sections.findLastIndex((section) => section.getBoundingClientRect().top <= line);
  links.forEach((link, rank) => {
    link.parentElement.classList.toggle("is-read", rank < current);
    if (rank === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

if (sections.length) {
  let waiting = false;
  document.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  follow();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
