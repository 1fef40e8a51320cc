// Names the inputs that Wagtail's scripts draw without one: the typed part of a list of tags, the editor of a rich text.
const UNNAMED = ".ui-autocomplete-input:not([aria-label]), .public-DraftEditor-content:not([aria-label])";

function nameOf(input) {
  const field = input.closest(".w-field, .w-panel");
  const label = field?.querySelector(".w-field__label") ?? input.closest(".w-panel")?.querySelector("[data-panel-heading-text]");
  const words = label?.cloneNode(true);
  for (const mark of words?.querySelectorAll(".w-required-mark, .w-sr-only") ?? []) mark.remove();
  return words?.textContent.trim() || "Texte";
}

const nameAll = () => document.querySelectorAll(UNNAMED).forEach((input) => input.setAttribute("aria-label", nameOf(input)));

addEventListener("load", () => {
  nameAll();
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
});
