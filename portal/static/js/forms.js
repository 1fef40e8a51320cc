// Every form that posts: two clicks send once, and neither an expired session, a cut connection nor a click elsewhere
// loses what was typed. The server gives the same answers without script, later. Wagtail's page editor saves by itself;
// its other forms ask before they are left (w-unsaved).
const SESSION = "/compte/session/";
const NEEDS_ACCOUNT = /^\/(admin|compte|mon-clsm)\//;
const NOT_TYPED = ["csrfmiddlewaretoken", "revision", "seen"]; // what a page adds by itself
const BUSY_FOR = 10_000; // milliseconds: an answer that is a file leaves the page where it is
const forms = [...document.forms].filter(isGuarded);
const busy = new Set();
const checked = new Set();
const kept = new Set();

function isGuarded(form) {
  return form.method === "post" && !form.matches("[data-controller~=w-autosave], [data-saves-itself]") && !form.closest('[role="dialog"]');
}

// What was typed
const typable = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && !one.disabled);

function isChanged(control) {
  if (["checkbox", "radio"].includes(control.type)) return control.checked !== control.defaultChecked;
  if (control.type === "file") return control.files.length > 0;
  if (control.options) {
    const options = [...control.options];
    if (!control.multiple && !options.some((one) => one.defaultSelected)) return control.selectedIndex > 0;
    return options.some((one) => one.selected !== one.defaultSelected);
  }
  return "defaultValue" in control && control.value !== control.defaultValue;
}

function isUnsaved(form) {
  if (busy.has(form) || kept.has(form) || form.matches("[data-may-be-left], [data-guards-itself], [data-controller~=w-unsaved]")) return false;
  return "unsaved" in form.dataset || Boolean(form.querySelector("[data-error-summary]")) || typable(form).some(isChanged);
}

addEventListener("beforeunload", (event) => {
  if (forms.some(isUnsaved)) event.preventDefault();
});

const address = (form) => new URL(form.getAttribute("action") ?? "", location.href); // « action » may name a field

// The other forms of the page: what is typed in them waits in this tab for the page that follows.
function place(form) {
  const fixed = [...form.elements].filter((one) => one.type === "hidden" && !NOT_TYPED.includes(one.name));
  const names = typable(form).map((one) => one.name);
  return `saisie:${JSON.stringify([address(form).href, names, fixed.map((one) => [one.name, one.value])])}`;
}

function keep(form) {
  const values = typable(form)
    .filter((one) => isChanged(one) && one.type !== "file" && one.type !== "password")
    .map((one) => [one.name, one.value, one.checked ?? null, one.multiple ? [...one.selectedOptions].map((each) => each.value) : null]);
  try {
    sessionStorage.setItem(place(form), JSON.stringify(values));
    kept.add(form);
  } catch {
    // The browser keeps nothing: it asks before it leaves.
  }
}

function bringBack(form) {
  const name = place(form);
  let values;
  try {
    values = JSON.parse(sessionStorage.getItem(name) ?? "null");
    sessionStorage.removeItem(name);
  } catch {
    return;
  }
  for (const [control, value, isTicked, chosen] of values ?? []) set(form, control, value, isTicked, chosen);
  if (values?.length) say(form, "Ce que vous aviez écrit ici est toujours là, mais n’est pas encore enregistré.", "status");
}

function set(form, name, value, isTicked, chosen) {
  for (const control of typable(form).filter((one) => one.name === name)) {
    if (chosen) [...control.options].forEach((one) => (one.selected = chosen.includes(one.value)));
    else if (!["checkbox", "radio"].includes(control.type)) control.value = value;
    else if (control.value === value) control.checked = isTicked;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Messages stand at the foot of the form, beside its button.
function say(form, text, role = "alert", link = null) {
  form.querySelector("[data-form-message]")?.remove();
  const box = document.createElement("p");
  box.dataset.formMessage = "";
  box.className = `message message--warning help-block help-${role === "alert" ? "critical" : "warning"}`;
  box.tabIndex = -1;
  box.setAttribute("role", role);
  box.append(text, ...(link ? [" ", link] : []));
  form.append(box);
  if (role === "alert") box.focus();
}

function loginLink() {
  const link = document.createElement("a");
  link.href = "/comptes/login/?next=/compte/";
  link.target = "_blank";
  link.textContent = "Se reconnecter dans un nouvel onglet";
  return link;
}

// Before a form leaves: is the server there, and does it still know this person?
async function ask(options) {
  const response = await fetch(SESSION, { ...options, cache: "no-store", signal: AbortSignal.timeout(20_000) });
  return { isKnown: response.ok, state: response.ok ? await response.json() : null };
}

async function mayLeave(form) {
  const token = form.elements.csrfmiddlewaretoken;
  if (!token) return true;
  try {
    let { isKnown, state } = await ask({ method: "POST", headers: { "X-CSRFToken": token.value, Accept: "application/json" } });
    if (!isKnown) {
      ({ state } = await ask({ headers: { Accept: "application/json" } })); // a new sign-in changed the token
      if (state) token.value = state.token;
    }
    if (!state || state.signed_in || !NEEDS_ACCOUNT.test(location.pathname)) return true;
    say(form, "Votre session a expiré : rien n’est encore envoyé. Gardez cette page ouverte, reconnectez-vous, puis envoyez de nouveau.", "alert", loginLink());
  } catch {
    say(form, "La connexion est coupée : rien n’est encore envoyé. Votre texte reste dans cette page ; envoyez-le quand elle revient.");
  }
  return false;
}

// A day that the browser cannot read would be sent as an empty field.
function unreadable(form) {
  const control = [...form.elements].find((one) => one.validity?.badInput);
  if (!control) return false;
  const label = control.labels?.[0]?.firstChild?.textContent.trim() ?? "Ce champ";
  say(form, `« ${label} » est incomplet ou n’existe pas : rien n’est encore envoyé.`);
  control.setAttribute("aria-invalid", "true");
  control.focus();
  return true;
}

function setBusy(form, isBusy) {
  if (isBusy) busy.add(form);
  else busy.delete(form);
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (isBusy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    if (!isBusy && button.dataset.wProgressLoadingValue) button.dataset.wProgressLoadingValue = "false"; // Wagtail's own
  }
}

async function onSubmit(event) {
  const { currentTarget: form, submitter } = event;
  if (checked.delete(form)) return;
  const isSecondClick = busy.has(form);
  if (!isSecondClick && hasNothingToLose(form)) return leave(form);
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isSecondClick || unreadable(form)) return;
  setBusy(form, true);
  if (await mayLeave(form)) {
    leave(form);
    checked.add(form);
    if (submitter) submitter.disabled = false; // by Wagtail, which would leave its name out
    form.requestSubmit(submitter);
  } else {
    setBusy(form, false);
  }
}

const hasNothingToLose = (form) => "mayBeLeft" in form.dataset || typable(form).every((one) => one.type === "submit");

function leave(form) {
  setBusy(form, true);
  setTimeout(setBusy, BUSY_FOR, form, false);
  keepOthers(form);
}

function keepOthers(form) {
  if (address(form).pathname === "/comptes/logout/") sessionStorage.clear();
  else forms.filter((one) => one !== form && isUnsaved(one)).forEach(keep);
}

for (const form of forms) {
  bringBack(form);
  form.addEventListener("submit", onSubmit, { capture: true });
}
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  kept.clear();
  forms.forEach((form) => setBusy(form, false));
});

// The title of a page of the public site says it already, written by the server.
if (document.querySelector("[data-error-summary]") && !document.title.startsWith("Erreur")) {
  document.title = `Erreur : ${document.title}`;
}

// Wagtail takes what an editor holds two seconds after it opened for what is saved: it is told of what was typed before.
const editor = document.querySelector("[data-edit-form]");
const typedEarly = () => (editor.dataset.wUnsavedForceValue = "true");
editor?.addEventListener("input", typedEarly);
editor?.addEventListener("w-unsaved:watch-edits", () => editor.removeEventListener("input", typedEarly));
