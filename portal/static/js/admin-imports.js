// Goes on with a check or an import, slice after slice. Without it, the button does the same.
const box = document.querySelector("[data-import-progress]");
const form = box?.querySelector("form");
const bar = box?.querySelector("progress");
const count = box?.querySelector("[data-import-count]");
const status = box?.querySelector("[data-import-status]");
const left = box?.querySelector("[data-import-left]");
const ANNOUNCED = 25; // percent: a screen reader hears four times how far it is
const MINUTE = 60_000;
let announced = 0;
let first = null; // the first answer, from which the pace is told

function show(treated, every) {
  bar.max = every;
  bar.value = treated;
  count.textContent = `${treated} sur ${every} ligne${every > 1 ? "s" : ""}`;
  first ??= { at: performance.now(), treated };
  tell(performance.now() - first.at, treated - first.treated, every - treated);
  const percent = Math.floor((100 * treated) / Math.max(every, 1));
  if (percent < announced + ANNOUNCED) return;
  announced = percent - (percent % ANNOUNCED);
  status.textContent = count.textContent;
}

// How long is still needed, at the pace since the first answer.
function tell(elapsed, done, remaining) {
  if (!done) return;
  const minutes = Math.round((elapsed / done) * remaining / MINUTE);
  left.textContent = minutes < 1 ? "Moins d’une minute encore." : `Environ ${minutes} minute${minutes > 1 ? "s" : ""} encore.`;
}

async function advance() {
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  return isJson ? response.json() : { is_over: true }; // led elsewhere: the page itself says why
}

async function run() {
  form.hidden = true;
  first = null;
  try {
    for (;;) {
      const { is_over: isOver, treated, every } = await advance();
      if (isOver) break;
      show(treated, every);
    }
    location.reload();
  } catch {
    form.hidden = false; // the connection or the session is lost: the button says what to do
    left.textContent = "";
    status.textContent = `${box.dataset.importStopped} Rien n’est perdu : cela reprend seul quand la connexion revient, ou par le bouton.`;
    status.className = "table-import__stopped";
    addEventListener("online", resume, { once: true });
  }
}

function resume() {
  status.textContent = "";
  status.className = "w-sr-only";
  run();
}

if (form) run();
