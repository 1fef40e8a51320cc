// Saves each answer of a questionnaire as it is typed. Until the server has it, a copy stays on this device.
const form = document.querySelector("#questionnaire");
const status = document.querySelector("#enregistrement");
const place = form.dataset.copy;
const known = JSON.parse(form.elements.known.value); // field → revision at which this page knows it
const dirty = new Set();
const disputed = new Set();
let running = null;
let timer;
let isReleased = false;
let isOffline = false;

const wrapper = (name) => form.querySelector(`[data-field="${name}"]`);
const names = () => [...form.querySelectorAll("[data-field]")].map((one) => one.dataset.field);
const label = (name) => wrapper(name).querySelector("legend, label").firstChild.textContent.trim();
const baseOf = (name) => known[name] ?? Number(form.elements.revision.value);
const held = new Map(); // repeated parts given back from the copy: name → values that this page does not show
// The cells of a repeated part keep their places, empty ones too.
const isPart = (name) => Boolean(wrapper(name)?.querySelector("[data-part]"));
const valuesOf = (name) => held.get(name) ?? new FormData(form).getAll(name).filter((value) => value !== "" || isPart(name));
// A day that the browser cannot read: it gives no value for it.
const isUnreadable = (name) => [...wrapper(name).querySelectorAll("input")].some((one) => one.validity.badInput);
const same = (name, one, other) => {
  const comparable = (values) => JSON.stringify(isPart(name) ? values : [...values].sort());
  return comparable(one) === comparable(other);
};

function showCount(name) {
  const count = wrapper(name).querySelector("[data-count]");
  if (count) count.textContent = valuesOf(name).length;
}

function setValues(name, values) {
  for (const control of wrapper(name).querySelectorAll(`[name="${name}"]`)) {
    if (["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
    else control.value = values[0] ?? "";
  }
  showCount(name);
}

function make(tag, attributes = {}, ...children) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

function say(text, { isLate = false, link = null } = {}) {
  status.classList.toggle("is-late", isLate);
  status.replaceChildren(text, ...(link ? [" ", link] : []));
}

// The copy on this device: field → { values, base, at }. A browser may refuse to keep anything.
function readCopy() {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? {};
  } catch {
    return {};
  }
}

function writeCopy(copy) {
  try {
    if (Object.keys(copy).length) localStorage.setItem(place, JSON.stringify(copy));
    else localStorage.removeItem(place);
  } catch {
    // The server still receives everything.
  }
}

function remember(name) {
  const at = new Date().toLocaleString("fr-FR", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  writeCopy({ ...readCopy(), [name]: { values: valuesOf(name), base: baseOf(name), at } });
}

function forget(name, values) {
  const copy = readCopy();
  if (!copy[name] || (values && !same(name, copy[name].values, values))) return;
  delete copy[name];
  writeCopy(copy);
}

// Saving
function touch(name, delay) {
  if (disputed.has(name)) return;
  if (isUnreadable(name)) {
    dirty.delete(name); // it would be sent as an empty answer
    return showErrors(name, ["Cette date est incomplète ou n’existe pas."]);
  }
  dirty.add(name);
  remember(name);
  showCount(name);
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

function save() {
  clearTimeout(timer);
  running ??= sendAll().finally(() => (running = null));
  return running;
}

async function sendAll() {
  while (dirty.size) {
    const sent = [...dirty];
    dirty.clear();
    if (!(await send(sent))) {
      sent.filter((name) => !disputed.has(name)).forEach((name) => dirty.add(name));
      return;
    }
  }
}

async function send(sent, isRetry = false) {
  const body = new FormData();
  const typed = Object.fromEntries(sent.map((name) => [name, valuesOf(name)]));
  for (const name of ["csrfmiddlewaretoken", "revision"]) body.append(name, form.elements[name].value);
  body.append("known", JSON.stringify(known));
  for (const name of sent) {
    body.append("present", name);
    typed[name].forEach((value) => body.append(name, value));
  }
  say("Enregistrement…");
  let response;
  try {
    response = await fetch(form.dataset.autosave, { method: "POST", headers: { Accept: "application/json" }, body, keepalive: true });
  } catch {
    return wait("Pas de connexion : ce que vous écrivez est gardé sur cet appareil et sera enregistré ensuite.", true);
  }
  isOffline = false;
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  if (isJson && (response.ok || response.status === 409)) return received(await response.json(), typed);
  if (response.status === 401) return loggedOut();
  if (isJson) return wait((await response.json()).message);
  if (response.status === 403 && !isRetry && (await renewToken())) return send(sent, true);
  return wait("Le serveur ne répond pas : ce que vous écrivez est gardé sur cet appareil. Nouvel essai dans un instant.", true);
}

function received(answer, typed) {
  const conflicts = new Set(answer.conflicts.map((one) => one.name));
  for (const [name, values] of Object.entries(typed)) {
    if (conflicts.has(name)) continue;
    known[name] = answer.revision;
    forget(name, values);
    held.delete(name);
    showErrors(name, answer.errors[name] ?? []);
  }
  form.elements.known.value = JSON.stringify(known);
  answer.conflicts.forEach((one) => showConflict(one, answer.revision));
  document.querySelector("#texte-garde")?.remove();
  if (conflicts.size) say("Une réponse a aussi été modifiée ailleurs : choisissez la version à garder.", { isLate: true });
  else say(`Enregistré à ${answer.at}`);
  return true;
}

function wait(text, retries = false) {
  isOffline = retries;
  say(text, { isLate: true });
  if (retries) timer = setTimeout(save, 15_000);
  return false;
}

function loggedOut() {
  isOffline = true; // the person stays on this page
  const link = make("a", { href: `${form.dataset.login}?next=${encodeURIComponent(location.pathname)}`, target: "_blank" });
  link.append("Se reconnecter dans un nouvel onglet");
  say("Votre session a expiré : ce que vous écrivez est gardé sur cet appareil.", { isLate: true, link });
  return false;
}

// After a new login, the token of this page is an old one.
async function renewToken() {
  const response = await fetch(location.pathname);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const token = page.querySelector("#questionnaire [name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  return Boolean(token);
}

// What the person sees beside a field
function showErrors(name, errors) {
  const field = wrapper(name).querySelector(".field");
  field.querySelectorAll(".field__error").forEach((old) => old.remove());
  field.classList.toggle("field--error", errors.length > 0);
  const controls = isPart(name) ? [] : field.querySelectorAll(`[name="${name}"]`);
  controls.forEach((control) => (errors.length ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid")));
  if (!errors.length) return;
  field.append(make("div", { className: "field__error", id: `id_${name}_error` }, ...errors.map((text) => make("p", {}, text))));
}

function showConflict({ name, mine_text: mine, theirs_text: theirs, theirs: values }, revision) {
  disputed.add(name);
  const settle = (isMine) => {
    box.remove();
    disputed.delete(name);
    known[name] = revision;
    form.elements.known.value = JSON.stringify(known);
    if (isMine) touch(name, 0);
    else if (isPart(name)) return shownAgain(name);
    else {
      setValues(name, values);
      dirty.delete(name);
      forget(name);
      showErrors(name, []);
      say("L’autre version est gardée.");
    }
    wrapper(name).querySelector(`[name="${name}"]`)?.focus();
  };
  const choice = (text, isMine) => {
    const button = make("button", { type: "button", className: "button button--quiet" }, text);
    button.addEventListener("click", () => settle(isMine));
    return button;
  };
  const version = (heading, text) => [make("p", {}, make("strong", {}, heading)), make("p", { className: "as-typed questionnaire-conflict__text" }, text)];
  const box = make(
    "div",
    { className: "questionnaire-conflict", role: "alert" },
    make("p", {}, "Cette réponse a aussi été modifiée ailleurs, dans un autre onglet ou par une autre personne. Rien n’a été remplacé."),
    ...version("Votre version", mine),
    ...version("L’autre version", theirs),
    make("div", { className: "button-row" }, choice("Garder ma version", true), choice("Prendre l’autre", false)),
  );
  wrapper(name).querySelector(".questionnaire-conflict")?.remove();
  wrapper(name).append(box);
}

// The rows that the server has, once the rest is saved.
function shownAgain(name) {
  dirty.delete(name);
  forget(name);
  save().then(() => location.reload());
}

// What this device kept and the server does not have
function offerCopy() {
  const copy = readCopy();
  const kept = names().filter((name) => copy[name] && !same(name, copy[name].values, valuesOf(name)));
  names().filter((name) => copy[name] && !kept.includes(name) && !dirty.has(name)).forEach((name) => forget(name));
  if (!kept.length) return;
  const box = document.querySelector("#copie-locale");
  const close = () => ((box.hidden = true), box.replaceChildren());
  const take = make("button", { type: "button", className: "button" }, "Les reprendre");
  take.addEventListener("click", () => {
    const parts = kept.filter(isPart);
    for (const name of kept) {
      if (parts.includes(name)) held.set(name, copy[name].values);
      else setValues(name, copy[name].values);
      known[name] = copy[name].base;
      dirty.add(name);
    }
    close();
    save().then(() => parts.length && !held.size && !disputed.size && location.reload());
  });
  const drop = make("button", { type: "button", className: "button button--quiet" }, "Les oublier");
  drop.addEventListener("click", () => (kept.forEach((name) => forget(name)), close()));
  box.className = "message message--warning";
  box.setAttribute("role", "alert");
  const text = `Des réponses écrites sur cet appareil le ${copy[kept[0]].at} n’ont pas été enregistrées : ${kept.map(label).join(", ")}.`;
  box.replaceChildren(make("div", {}, make("p", {}, text), make("div", { className: "button-row" }, take, drop)));
  box.hidden = false;
}

form.addEventListener("input", ({ target }) => {
  const field = target.closest("[data-field]");
  if (field && target.type !== "file" && target.name === field.dataset.field) touch(field.dataset.field, ["checkbox", "radio"].includes(target.type) ? 0 : 800);
});
form.addEventListener("change", ({ target }) => {
  if (target.closest("[data-field]") && dirty.size) save();
});
// Everything is saved before the page is left; without network the person stays on it.
form.addEventListener("submit", async (event) => {
  const unreadable = names().find(isUnreadable);
  if (unreadable) {
    event.preventDefault();
    say(`Rien n’est encore envoyé : « ${label(unreadable)} » est à corriger.`, { isLate: true });
    return wrapper(unreadable).querySelector("input").focus();
  }
  if (isReleased || (!dirty.size && !running)) return;
  event.preventDefault();
  const { submitter } = event;
  await save();
  if (isOffline || disputed.size) return;
  isReleased = true;
  form.requestSubmit(submitter);
});
addEventListener("pageshow", () => (isReleased = false)); // back with the browser's button
addEventListener("online", () => dirty.size && save());
addEventListener("focus", () => dirty.size && save());

if ("unsaved" in form.dataset) {
  names().forEach((name) => dirty.add(name));
  save();
} else {
  offerCopy();
}
