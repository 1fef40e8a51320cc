// Counts what is typed where a text has a length: the one advised by its panel (data-words="150-250",
// data-characters="120"), else the longest its input takes. The help text says the length to who has no script.
const form = document.querySelector("[data-edit-form]");
const PAUSE = 1000; // a screen reader is told once the typing stops, not at each key
const TEXTS = "input[maxlength]:not([type=hidden]), textarea[maxlength]";

const said = Object.assign(document.createElement("p"), { className: "w-sr-only" });
said.setAttribute("role", "status");
let waiting = null;

const plural = (count, word) => `${count.toLocaleString("fr")} ${word}${count > 1 ? "s" : ""}`;

function inWords(text, low, high) {
  const count = text.split(/\s+/).filter(Boolean).length;
  if (count < low) return [`${plural(count, "mot")} : il en manque ${low - count} (de ${low} à ${high})`, true];
  if (count > high) return [`${plural(count, "mot")} : ${count - high} de trop (de ${low} à ${high})`, true];
  return [`${plural(count, "mot")} (de ${low} à ${high})`, false];
}

function inCharacters(text, most) {
  const count = [...text].length;
  const over = count > most ? ` : ${count - most} de trop` : "";
  return [`${plural(count, "caractère")} sur ${most}${over}`, Boolean(over)];
}

// How the text of an input is measured; nothing where no length is said.
function measure(input) {
  const panel = input.closest("[data-words], [data-characters]");
  if (panel?.dataset.words) {
    const [low, high] = panel.dataset.words.split("-").map(Number);
    return (text) => inWords(text, low, high);
  }
  const most = Number(panel?.dataset.characters ?? input.getAttribute("maxlength"));
  return most > 0 ? (text) => inCharacters(text, most) : null;
}

const textOf = (input) => input.value ?? input.querySelector("[contenteditable=true]")?.innerText ?? "";

function count(input) {
  const measured = measure(input);
  if (input.dataset.counted || !measured) return;
  input.dataset.counted = "true";
  const shown = Object.assign(document.createElement("p"), { className: "counter" });
  shown.setAttribute("aria-hidden", "true");
  (input.closest(".w-field__input") ?? input.parentElement).append(shown);

  function update() {
    const [text, isOff] = measured(textOf(input));
    if (shown.textContent === text) return;
    shown.textContent = text;
    shown.classList.toggle("counter--off", isOff);
    if (!input.contains(document.activeElement)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => (said.textContent = text), PAUSE);
  }

  if (input.value === undefined) {
    new MutationObserver(update).observe(input, { childList: true, characterData: true, subtree: true });
  } else {
    input.addEventListener("input", update);
  }
  update();
}

function start() {
  form.append(said);
  // A rich text is counted in its editor, which comes and goes inside the same element.
  for (const panel of form.querySelectorAll("[data-words], [data-characters]")) {
    const input = panel.querySelector("[data-draftail-editor-wrapper]") ?? panel.querySelector(TEXTS);
    if (input) count(input);
  }
  form.addEventListener("focusin", ({ target }) => target.matches(TEXTS) && count(target));
}

if (form) {
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
}
