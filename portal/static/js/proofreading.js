// Saves the comments of a proof-reading as they are typed, and the quotations as they are ticked. What could not leave
// stays on the page and is tried again; nothing is kept in the browser, which may be somebody else’s.
const RETRY = 15_000;
const form = document.querySelector("[data-proofreading]");
const saved = form.querySelector("[data-saved]");
const pending = new Set();
const conflicting = new Set();
let timer;
let running = false;
let leaving = false;
let ticksWait = false;

const box = (part) => form.elements[`commentaire-${part}`];
const say = (part, text) => {
  const status = form.querySelector(`[data-part="${part}"] [data-status]`);
  status.textContent = text;
  status.hidden = !text;
};

function body(parts) {
  const data = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  for (const part of parts) {
    data.set(`commentaire-${part}`, box(part).value);
    data.set(`version-${part}`, form.elements[`version-${part}`].value);
  }
  for (const name of ["verbatim", "ticked"]) for (const key of new FormData(form).getAll(name)) data.append(name, key);
  return data;
}

// What this window changed, and nothing else, is applied: beside each box, whether it was ticked before.
const opening = (tick) => form.querySelector(`[name=ticked][value="${tick.value}"]`);
function ticksSaved(sent) {
  for (const tick of form.querySelectorAll("[name=verbatim]")) {
    const isTicked = sent.getAll("verbatim").includes(tick.value);
    if (tick.checked === isTicked) opening(tick).disabled = !isTicked;
  }
}

async function send() {
  if (running || leaving) return;
  running = true;
  const parts = [...pending];
  const withTicks = ticksWait;
  const data = body(parts);
  pending.clear();
  ticksWait = false;
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: data,
      redirect: "error",
    });
    if (response.status === 403) await renewToken(); // a page, not an answer that can be read
    const answer = await response.json();
    if (response.status === 409) throw new Error(answer.problems.join(" "));
    if (!response.ok) throw new Error();
    ticksSaved(data);
    received(parts, answer);
  } catch (error) {
    for (const part of parts) pending.add(part);
    ticksWait ||= withTicks;
    const why = error.constructor === Error && error.message ? error.message : "La connexion est coupée, ou votre session a expiré.";
    saved.textContent = `Pas encore enregistré. ${why}`;
    for (const part of parts) say(part, "Pas encore enregistré : ce texte n’est que sur cet écran.");
    plan(RETRY);
  } finally {
    running = false;
  }
}

// A new sign-in changed the token of the page.
async function renewToken() {
  const response = await fetch("/compte/session/", { headers: { Accept: "application/json" } });
  if (response.ok) form.elements.csrfmiddlewaretoken.value = (await response.json()).token;
}

function received(parts, { versions, conflicts }) {
  const at = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  for (const part of parts) {
    if (conflicts.includes(part)) {
      conflicting.add(part);
      say(part, "Ce commentaire a changé dans un autre onglet. Utilisez « Enregistrer et répondre plus tard » pour voir les deux.");
      continue;
    }
    conflicting.delete(part);
    if (versions[part]) form.elements[`version-${part}`].value = versions[part];
    say(part, `Enregistré à ${at}.`);
  }
  saved.textContent = `Enregistré à ${at}${conflicting.size ? ", sauf ce qui a changé dans un autre onglet" : ""}.`;
  if (pending.size || ticksWait) plan(0);
}

function plan(delay) {
  clearTimeout(timer);
  timer = setTimeout(send, delay);
}

form.addEventListener("input", (event) => {
  const part = event.target.closest("[data-part]")?.dataset.part;
  if (part) pending.add(part);
  if (event.target.name === "verbatim") {
    ticksWait = true;
    opening(event.target).disabled = event.target.checked;
  }
  if (part || ticksWait) plan(800);
});
form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(timer);
});
for (const name of ["online", "focus"]) addEventListener(name, () => (pending.size || ticksWait) && plan(0));
const hasReason = () => [...form.querySelectorAll("[name^=motif-]")].some((box) => box.value.trim()); // sent with its refusal
addEventListener("beforeunload", (event) => {
  if ((hasReason() || pending.size || conflicting.size || ticksWait) && !leaving) event.preventDefault();
});
