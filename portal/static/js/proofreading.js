// Saves the comments of a proof-reading as they are typed, and the quotations as they are ticked. What could not leave
// stays on the page and is tried again; nothing is kept in the browser, which may be somebody else’s.
const RETRY = 15_000;
const form = document.querySelector("[data-proofreading]");
const saved = form.querySelector("[data-saved]");
const pending = new Set();
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
  const data = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, verbatims: "1" });
  for (const part of parts) {
    data.set(`commentaire-${part}`, box(part).value);
    data.set(`version-${part}`, form.elements[`version-${part}`].value);
  }
  for (const ticked of form.querySelectorAll("[name=verbatim]:checked")) data.append("verbatim", ticked.value);
  return data;
}

async function send() {
  if (running || leaving) return;
  running = true;
  const parts = [...pending];
  const withTicks = ticksWait;
  pending.clear();
  ticksWait = false;
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: body(parts),
      redirect: "error",
    });
    if (response.status === 403) await renewToken(); // a page, not an answer that can be read
    const answer = await response.json();
    if (response.status === 409) throw new Error(answer.problems.join(" "));
    if (!response.ok) throw new Error();
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
      say(part, "Ce commentaire a changé dans un autre onglet. Utilisez « Enregistrer et répondre plus tard » pour voir les deux.");
      continue;
    }
    if (versions[part]) form.elements[`version-${part}`].value = versions[part];
    say(part, `Enregistré à ${at}.`);
  }
  saved.textContent = `Enregistré à ${at}.`;
  if (pending.size || ticksWait) plan(0);
}

function plan(delay) {
  clearTimeout(timer);
  timer = setTimeout(send, delay);
}

form.addEventListener("input", (event) => {
  const part = event.target.closest("[data-part]")?.dataset.part;
  if (part) pending.add(part);
  if (event.target.name === "verbatim") ticksWait = true;
  if (part || ticksWait) plan(800);
});
form.addEventListener("submit", () => {
  leaving = true;
  clearTimeout(timer);
});
for (const name of ["online", "focus"]) addEventListener(name, () => (pending.size || ticksWait) && plan(0));
addEventListener("beforeunload", (event) => {
  if ((pending.size || ticksWait) && !leaving) event.preventDefault();
});
