// Wagtail's autosave, beside a decision and beside somebody who goes on typing.
//
// 1. Once a button that decides is pressed, nothing is saved automatically any more: the form carries the decision.
//    Wagtail announces an autosave, then waits half a second: one announced before the click is called off too.
// 2. What is typed while an autosave is on its way is saved too: Wagtail takes the form as it is when the answer comes
//    for what was saved.
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

if (form) {
  // jQuery sends the form of the small windows without an event: their hidden field says it.
  window.addEventListener("submit", (event) => event.target === form && stopOnceSent(event));
  window.addEventListener("pageshow", () => (isSent = false));
  document.addEventListener("w-autosave:save", beforeAutosave);
  document.addEventListener("w-autosave:success", afterAutosave);
}
