// Plays each cue of the transcript and takes its times from the sound. Without it, times are typed.
const editor = document.querySelector("[data-cue-editor]");
const sound = editor?.querySelector("audio");
const cues = sound ? [...editor.querySelectorAll("[data-cue]")] : [];
let stopAt = Infinity;

function seconds(input) {
  const parts = input.value.trim().replace(",", ".").split(":").map(Number);
  const total = parts.reduce((sum, part) => sum * 60 + part, 0);
  return input.value.trim() && Number.isFinite(total) ? total : null;
}

function clock(total) {
  const minutes = Math.floor(total / 60);
  const left = (total % 60).toFixed(3).padStart(6, "0");
  const hours = Math.floor(minutes / 60);
  const short = `${String(minutes % 60).padStart(2, "0")}:${left}`;
  return hours ? `${hours}:${short}` : short;
}

const start = (cue) => cue.querySelector("[data-cue-start]");
const end = (cue) => cue.querySelector("[data-cue-end]");

function play(cue) {
  const from = seconds(start(cue));
  if (from === null) return;
  stopAt = seconds(end(cue)) ?? Infinity;
  sound.currentTime = from;
  sound.play();
}

function showCurrent() {
  const now = sound.currentTime;
  if (now >= stopAt) {
    sound.pause();
    stopAt = Infinity;
  }
  for (const cue of cues) {
    const from = seconds(start(cue));
    const isNow = from !== null && from <= now && now < (seconds(end(cue)) ?? 0);
    if (isNow) cue.setAttribute("aria-current", "true");
    else cue.removeAttribute("aria-current");
  }
}

for (const cue of cues) {
  cue.querySelector("[data-cue-tools]").hidden = false;
  cue.querySelector("[data-cue-play]").addEventListener("click", () => play(cue));
  for (const button of cue.querySelectorAll("[data-cue-take]")) {
    button.addEventListener("click", () => {
      const input = button.dataset.cueTake === "start" ? start(cue) : end(cue);
      input.value = clock(sound.currentTime);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
sound?.addEventListener("timeupdate", showCurrent);

// What is typed and not saved is not lost by a click on another page.
const form = editor?.querySelector("[data-cue-form]");
let isChanged = false;
form?.addEventListener("input", () => { isChanged = true; });
form?.addEventListener("submit", () => { isChanged = false; });
window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
