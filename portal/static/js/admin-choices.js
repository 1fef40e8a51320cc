// A long list of checkboxes as a field: what is chosen, a button that opens the list, a search in it. The boxes stay the
// control: without this script they are all shown, and the form posts the same.
const LONG = 5;

const plain = (text) =>
  text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase().replace(/[’']/g, " ").replace(/\s+/g, " ").trim();
const labelOf = (box) => box.closest("label").textContent.trim();

// The label of the field, or the heading of its panel: Wagtail has either.
function nameOf(list) {
  let around = list.parentElement;
  while (around && !around.matches("section, form") && !around.querySelector(".w-field__label")) around = around.parentElement;
  const heading = around?.querySelector(".w-field__label") ?? around?.querySelector("h2");
  return heading?.textContent.replace("*", "").trim() ?? "";
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function enhance(list, number) {
  const boxes = [...list.querySelectorAll("input[type=checkbox]")];
  if (boxes.length < LONG || list.dataset.enhanced) return;
  list.dataset.enhanced = "true";
  if (!list.id) list.id = `choix-${number}`;
  const name = nameOf(list);
  const chosen = element("ul", { className: "choices__chosen" });
  const said = element("span", { className: "choices__said" });
  said.setAttribute("role", "status");
  const search = element("input", { type: "search", placeholder: "Chercher dans la liste", autocomplete: "off" });
  search.setAttribute("aria-label", `Chercher : ${name}`);
  const panel = element("div", { className: "choices__panel", hidden: true }, element("p", {}, search, said));
  const toggle = element("button", { type: "button", className: "button button-small button-secondary" });
  toggle.setAttribute("aria-expanded", "false");
  list.before(element("div", { className: "choices" }, chosen, toggle, panel));
  panel.append(list);

  function open(isOpen) {
    panel.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    toggle.replaceChildren(
      isOpen ? "Refermer la liste" : "Choisir",
      element("span", { className: "w-sr-only", textContent: ` : ${name}` }),
    );
    if (isOpen) search.focus();
  }

  function show() {
    const rows = boxes.filter((box) => box.checked).map((box) => {
      const remove = element("button", { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `Retirer « ${labelOf(box)} »`);
      remove.addEventListener("click", () => {
        box.click();
        toggle.focus();
      });
      return element("li", {}, labelOf(box), remove);
    });
    chosen.replaceChildren(...rows);
    chosen.hidden = !rows.length;
  }

  function filter() {
    const words = plain(search.value).split(" ");
    let count = 0;
    for (const box of boxes) {
      const text = plain(labelOf(box));
      const isShown = words.every((word) => text.includes(word));
      box.closest("[data-choice]").hidden = !isShown;
      count += isShown;
    }
    for (const group of list.querySelectorAll("fieldset")) {
      group.hidden = !group.querySelector("[data-choice]:not([hidden])");
    }
    said.textContent = search.value ? `${count} sur ${boxes.length}` : "";
  }

  toggle.addEventListener("click", () => open(panel.hidden));
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // the form is not sent: the only box left is ticked
    const left = boxes.filter((box) => !box.closest("[data-choice]").hidden);
    if (left.length === 1) left[0].click();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    open(false);
    toggle.focus();
  });
  list.addEventListener("change", show);
  open(false);
  show();
}

const enhanceAll = () => document.querySelectorAll("[data-choices]").forEach(enhance);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhanceAll);
else enhanceAll();
