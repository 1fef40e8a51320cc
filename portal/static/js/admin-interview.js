// Saves the answers of an interview while they are typed. Nothing is kept in the browser: what could not be saved stays
// on the page, which says so, and warns before it is left.
const form = document.querySelector("[data-interview]:not([data-closed])");
const status = document.querySelector("[data-interview-status]");
const PAUSE = 3000; // milliseconds without typing before a save
const RETRY = 15000;
let timer;
let dirty = false;
let sending = false;
let stopped = false;

function say(text) {
  status.textContent = text;
}

function later(delay) {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, delay);
}

function applyBases(bases) {
  for (const [prefix, base] of Object.entries(bases)) {
    const field = form.elements[`${prefix}-base`];
    if (field) field.value = base;
  }
}

function report(answer) {
  applyBases(answer.bases);
  const wrong = Object.values(answer.errors).flatMap((row) => Object.values(row));
  if (answer.conflicts.length) {
    stopped = true;
    say("Ces réponses ont été modifiées ailleurs : cliquez sur « Enregistrer » pour voir les deux textes. Rien n’est perdu.");
  } else if (wrong.length) {
    say(`Enregistré à ${answer.saved_at}, sauf : ${wrong.join(" ")}`);
  } else {
    say(`Enregistré à ${answer.saved_at}.`);
  }
  return !answer.conflicts.length && !wrong.length;
}

// A new login changes the token of the forms: the page takes the new one by itself.
async function refreshToken() {
  const response = await fetch(window.location.pathname);
  if (response.redirected || !response.ok) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.querySelector("[data-interview] [name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  return Boolean(token);
}

async function send() {
  return fetch(window.location.pathname, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    redirect: "manual",
  });
}

async function handle(response) {
  if (response.ok) return report(await response.json());
  if (response.status === 409) {
    stopped = true;
    say(`${(await response.json()).refused} Votre saisie n’est pas enregistrée : gardez cette page ouverte.`);
  } else if (response.status === 403 && (await refreshToken())) {
    later(0);
  } else {
    say("Vous n’êtes plus connecté·e. Gardez cette page ouverte, reconnectez-vous dans un autre onglet : la saisie sera enregistrée.");
    later(RETRY);
  }
  return false;
}

async function save() {
  if (sending) return later(PAUSE);
  sending = true;
  dirty = false;
  try {
    if (!(await handle(await send()))) dirty = true;
  } catch {
    dirty = true;
    say("La connexion est coupée : la saisie sera enregistrée à son retour. Gardez cette page ouverte.");
    later(RETRY);
  }
  sending = false;
}

if (form && status) {
  form.addEventListener("input", () => {
    dirty = true;
    later(PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}
