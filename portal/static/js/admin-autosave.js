// Wagtail's autosave, beside a decision and beside somebody who goes on typing.
//
// 1. Once a button that decides is pressed, nothing is saved automatically any more: the form carries the decision.
//    Wagtail announces an autosave, then waits half a second: one announced before the click is called off too.
// 2. What is typed while an autosave is on its way is saved too: Wagtail takes the form as it is when the answer comes
//    for what was saved.
// 3. Wagtail says that an autosave failed by an icon, without a word on a small screen: what becomes of the text is said,
//    and a sign-in in another tab gives the form its new token.
const form = document.querySelector("[data-edit-form]");
const isDecision = (name) => name.startsWith("action-");
const isPlumbing = (name) => /^(csrfmiddlewaretoken|next|comments-|loaded_revision_|overwrite_revision_id)/.test(name);
let isSent = false;
let announced = null;
let sent = null;

function typed(data, ignored) {
  const entries = [...data].filter(([name]) => !isPlumbing(name) && !(name in ignored));
  return JSON.stringify(entries.map(([name, value]) => [name, value instanceof File ? [value.name, value.size] : value]));
}

// Wagtail's own value: « these are unsaved changes, whatever they are compared with ».
const markUnsaved = () => form.setAttribute("data-w-unsaved-force-value", "true");

function stopOnceSent(event) {
  if (event.defaultPrevented) return;
  isSent = true;
  announced?.preventDefault();
}

function beforeAutosave(event) {
  const { formData } = event.detail;
  if (isSent || [...formData.keys()].some(isDecision)) event.preventDefault();
  else [announced, sent] = [event, formData];
}

function afterAutosave(event) {
  const updated = event.detail.response?.field_updates ?? {};
  if (sent && typed(sent, updated) !== typed(new FormData(form), updated)) markUnsaved();
}

const ENDED = "Votre session a pris fin : ce que vous écrivez n’est plus enregistré. Gardez cette page ouverte et reconnectez-vous ; l’enregistrement reprendra.";
const CUT = "La connexion est coupée : ce que vous écrivez n’est pas encore enregistré. Gardez cette page ouverte ; l’enregistrement reprendra.";
let told = null;
let failed = null;

function tell(text, ...more) {
  if (!told) {
    told = document.createElement("p");
    told.className = "message message--warning help-block help-critical";
    told.dataset.autosaveMessage = "";
    told.setAttribute("role", "alert");
    form.prepend(told);
  }
  told.replaceChildren(text, ...more);
}

function loginLink() {
  const link = Object.assign(document.createElement("a"), { href: "/comptes/login/?next=/compte/", target: "_blank" });
  link.textContent = "Se reconnecter dans un nouvel onglet";
  return link;
}

const ask = (options) => fetch("/compte/session/", { cache: "no-store", ...options });

// A POST is refused where the token of the form no longer holds: a new sign-in changed it.
async function explain({ isBack = false } = {}) {
  const token = form.elements.csrfmiddlewaretoken;
  let response;
  try {
    response = await ask({ method: "POST", headers: { "X-CSRFToken": token.value, Accept: "application/json" } });
    const isHeld = response.ok;
    if (!isHeld) response = await ask({ headers: { Accept: "application/json" } });
    const state = await response.json();
    if (!state.signed_in) return tell(ENDED, " ", loginLink());
    if (isHeld && !isBack) return; // a reason of Wagtail’s own
    token.value = state.token;
  } catch {
    return tell(CUT);
  }
  window.wagtail.app.getControllerForElementAndIdentifier(form, "w-autosave")?.save(failed.trigger);
}

function autosaveFailed({ detail }) {
  if (["validation_error", "invalid_revision", "locked"].includes(detail.type)) return; // said by Wagtail beside the form
  failed = detail;
  explain();
}

function autosaveWorked() {
  told?.remove();
  told = failed = null;
}

if (form) {
  document.addEventListener("w-autosave:error", autosaveFailed);
  document.addEventListener("w-autosave:success", autosaveWorked);
  for (const name of ["focus", "online"]) window.addEventListener(name, () => failed && explain({ isBack: true }));
  // jQuery sends the form of the small windows without an event: their hidden field says it.
  window.addEventListener("submit", (event) => event.target === form && stopOnceSent(event));
  window.addEventListener("pageshow", () => (isSent = false));
  document.addEventListener("w-autosave:save", beforeAutosave);
  document.addEventListener("w-autosave:success", afterAutosave);
}
