// Refreshes the completeness panel after each autosave of the page editor; its items, and those of the summary of a
// refused form, open the field that they are about. What publication asks is marked.
const panel = document.querySelector("[data-completeness]");
const list = panel?.querySelector("[data-completeness-list]");

// A sheet has its address once its first draft is saved: Wagtail then writes it in the bar of the browser.
const address = () => location.pathname.replace(/\/edit\/$/, "/completude/");

async function refresh() {
  if (!address().endsWith("/completude/")) return;
  const response = await fetch(address(), { headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (response.ok) list.innerHTML = await response.text();
}

const INPUTS = "input:not([type=hidden]), select, textarea, button:not([data-panel-toggle])";

// An inline panel has no content path: its identifier starts with the name of the relation.
function container(path) {
  const [name, ...inner] = path.split(".");
  let found = document.querySelector(`[data-contentpath="${name}"]`);
  found ??= document.getElementById(`id_${name}-ADD`)?.closest(".w-panel");
  for (const key of inner) {
    const next = found?.querySelector(`[data-contentpath="${CSS.escape(key)}"]`) ?? document.getElementById(`inline_child_${key}`);
    if (!next) break; // removed since, or not saved yet: the nearest block that is still there
    found = next;
  }
  return found;
}

function unfold(element) {
  const tab = element.closest("[role=tabpanel]");
  if (tab?.hidden) document.querySelector(`[role=tab][aria-controls="${tab.id}"], [role=tab][href="#${tab.id}"]`)?.click();
  for (let parent = element; parent; parent = parent.parentElement) {
    if (parent.tagName === "DETAILS") parent.open = true;
    if (parent.hidden && parent.classList.contains("w-panel__content")) {
      parent.closest(".w-panel").querySelector("[data-panel-toggle]").click();
    }
  }
  for (const toggle of element.querySelectorAll("[data-panel-toggle][aria-expanded=false]")) toggle.click();
}

const shown = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

async function openField(event) {
  const link = event.target.closest("[data-field-path]");
  const target = link && container(link.dataset.fieldPath);
  if (!target) return;
  event.preventDefault();
  unfold(target);
  await shown(); // Wagtail shows the tab after the click
  const text = target.querySelector("[contenteditable=true]");
  const input = text ?? [...target.querySelectorAll(INPUTS)].find((candidate) => candidate.offsetParent !== null);
  (input ?? target).scrollIntoView({ block: "center", behavior: "instant" });
  input?.focus({ preventScroll: true });
}

// Wagtail marks by a star, that a screen reader says or not, what a form requires; we mark what publication asks.
const WORDS = "(demandé pour publier)";

function addMark(heading) {
  const mark = Object.assign(document.createElement("span"), { className: "w-required-mark", textContent: "*" });
  heading.append(mark);
}

function sayMarks() {
  for (const mark of document.querySelectorAll(".w-required-mark:not([data-said])")) {
    mark.dataset.said = "";
    mark.setAttribute("aria-hidden", "true");
    mark.after(Object.assign(document.createElement("span"), { className: "w-sr-only", textContent: ` ${WORDS}` }));
    const tab = mark.closest("[role=tabpanel]");
    if (!tab || tab.querySelector("[data-marks-legend]")) continue;
    const legend = Object.assign(document.createElement("p"), { className: "marks-legend" });
    legend.dataset.marksLegend = "";
    legend.innerHTML = '<span class="marks-legend__star" aria-hidden="true">*</span> Demandé pour publier. Un brouillon s’enregistre sans.';
    tab.prepend(legend);
  }
}

function markAsked() {
  for (const name of panel.dataset.asked.split(" ").filter(Boolean)) {
    const place = container(name);
    // A field has a label of its own where several share a panel.
    const around = place?.closest(".w-panel__wrapper, .w-panel");
    const heading = around?.querySelector(":scope > .w-field__label") ?? around?.querySelector("[data-panel-heading-text]")?.parentElement;
    if (heading && !heading.querySelector(".w-required-mark")) addMark(heading);
  }
  sayMarks();
  // Blocks and rows that are added later bring their own stars.
  new MutationObserver(sayMarks).observe(document.querySelector("[data-edit-form]"), { childList: true, subtree: true });
}

if (panel) {
  if (document.readyState === "complete") markAsked();
  else addEventListener("load", markAsked);
}
if (panel) document.addEventListener("w-autosave:success", refresh);
document.addEventListener("click", openField);
