// Sends selected words, or ticked cues, to a section without leaving the page: the recording goes on.
// Without this script, the same buttons send the ticked cues.
const form = document.querySelector("[data-passages]");
const status = form?.querySelector("[data-passage-status]");
const list = document.querySelector("[data-passage-list]");
const cues = form ? [...form.querySelectorAll("[data-cue]")] : [];
let chosen = null; // { ranks, words } of the last selection in the transcript
let isChosen = false;
let last = ""; // the section of the last passage

function part(range, element) {
  if (!range.intersectsNode(element)) return "";
  const own = document.createRange();
  own.selectNodeContents(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, own) > 0) own.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, own) < 0) own.setEnd(range.endContainer, range.endOffset);
  return own.toString().trim();
}

function read(selection) {
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const parts = cues.map((cue) => [cue.dataset.cue, part(range, cue.querySelector("[data-cue-text]"))]);
  const heard = parts.filter(([, words]) => words);
  return heard.length ? { ranks: heard.map(([rank]) => rank), words: heard.map(([, words]) => words).join(" ") } : null;
}

const ticked = () => cues.filter((cue) => cue.querySelector("input").checked).map((cue) => cue.dataset.cue);

function say(text) {
  status.textContent = text;
}

function shorten(words) {
  return words.length > 60 ? `${words.slice(0, 60)}…` : words;
}

function follow() {
  const selection = document.getSelection();
  const found = read(selection);
  if (found) chosen = found;
  else if (selection.isCollapsed && form.querySelector(".interview__cues").contains(selection.anchorNode)) chosen = null;
  const number = ticked().length;
  const plural = number > 1 ? "s" : "";
  if (chosen) say(`Choisi : « ${shorten(chosen.words)} »`);
  else if (number) say(`${number} réplique${plural} cochée${plural}.`);
  else if (isChosen) say("Aucun passage choisi."); // otherwise what was just said stays
  isChosen = Boolean(chosen || number);
}

function body(target) {
  const data = new FormData(form);
  data.set("to", target);
  if (chosen) {
    data.delete("cue");
    for (const rank of chosen.ranks) data.append("cue", rank);
    data.set("words", chosen.words);
  }
  return data;
}

function forget() {
  chosen = null;
  isChosen = false;
  document.getSelection().removeAllRanges();
  for (const cue of cues) cue.querySelector("input").checked = false;
}

async function keep(target) {
  try {
    const response = await fetch(window.location.pathname, {
      method: "POST", body: body(target), headers: { Accept: "application/json" }, redirect: "manual",
    });
    const answer = response.ok || response.status === 409 ? await response.json() : null;
    if (!answer) return say("Rien n’est gardé : reconnectez-vous dans un autre onglet, puis recommencez.");
    if (answer.refused) return say(answer.refused);
    last = target.replace("verbatim:", "");
    forget();
    list.insertAdjacentHTML("afterbegin", answer.html);
    say(answer.said);
  } catch {
    say("La connexion est coupée : rien n’est gardé, votre choix reste à l’écran.");
  }
}

function onKey(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const prefix = { KeyS: "", KeyV: "verbatim:" }[event.code];
  if (prefix === undefined) return;
  event.preventDefault();
  if (!last) say("Choisissez une première fois la section par son bouton ; la touche la reprend ensuite.");
  else if (form.querySelector(`button[value="${prefix}${last}"]`)) keep(`${prefix}${last}`);
  else say("La personne n’a pas accepté d’être citée.");
}

if (form) {
  if (window.matchMedia("(width < 64rem)").matches) form.querySelector("[data-passage-targets]").open = false;
  document.addEventListener("selectionchange", follow);
  form.addEventListener("change", follow);
  document.addEventListener("keydown", onKey);
  for (const button of form.querySelectorAll("button[name=to]")) {
    button.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") event.preventDefault(); });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(event.submitter.value);
  });
}
