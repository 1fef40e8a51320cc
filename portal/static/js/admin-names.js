// Names the inputs that Wagtail's scripts draw without one: the typed part of a list of tags, the editor of a rich text,
// the only field of a block.
const DRAWN = ".ui-autocomplete-input, .public-DraftEditor-content, [data-streamfield-child] :is(input[type=text], textarea)";

function nameOf(input) {
  const field = input.closest(".w-field, .w-panel");
  const label = field?.querySelector(".w-field__label") ?? input.closest(".w-panel")?.querySelector("[data-panel-heading-text]");
  const words = label?.cloneNode(true);
  for (const mark of words?.querySelectorAll(".w-required-mark, .w-sr-only") ?? []) mark.remove();
  return words?.textContent.trim() || "Texte";
}

function nameAll() {
  for (const input of document.querySelectorAll(DRAWN)) {
    if (!input.labels?.length && !input.hasAttribute("aria-label")) input.setAttribute("aria-label", nameOf(input));
  }
}

addEventListener("load", () => {
  nameAll();
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
});
