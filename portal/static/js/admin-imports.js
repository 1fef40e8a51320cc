// Goes on with a check or an import, slice after slice. Without it, the button does the same.
const box = document.querySelector("[data-import-progress]");
const form = box?.querySelector("form");
const bar = box?.querySelector("progress");
const count = box?.querySelector("[data-import-count]");
const status = box?.querySelector("[data-import-status]");
const ANNOUNCED = 25; // percent: a screen reader hears four times how far it is
let announced = 0;

function show(treated, every) {
  bar.max = every;
  bar.value = treated;
  count.textContent = `${treated} sur ${every} ligne${every > 1 ? "s" : ""}`;
  const percent = Math.floor((100 * treated) / Math.max(every, 1));
  if (percent < announced + ANNOUNCED) return;
  announced = percent - (percent % ANNOUNCED);
  status.textContent = count.textContent;
}

async function advance() {
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  return isJson ? response.json() : { is_over: true }; // led elsewhere: the page itself says why
}

async function run() {
  form.hidden = true;
  try {
    for (;;) {
      const { is_over: isOver, treated, every } = await advance();
      if (isOver) break;
      show(treated, every);
    }
    location.reload();
  } catch {
    form.hidden = false; // the connection or the session is lost: the button says what to do
    status.textContent = "L’import s’est arrêté entre deux lignes. Rien n’est perdu : continuez quand la connexion est revenue.";
    status.classList.remove("w-sr-only");
  }
}

if (form) run();
