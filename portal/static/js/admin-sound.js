// The recording stays in view: a mark plays it there, a key or a button writes its time in the field being typed.
// Without this script, a mark opens the recording at its second, and times are typed.
const bar = document.querySelector("[data-player]");
const sound = bar?.querySelector("audio");
let field = null;

export function show(total) {
  const seconds = Math.floor(total);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes % 60)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}

function playAt(seconds) {
  sound.currentTime = seconds;
  sound.play();
}

function toggle() {
  if (sound.paused) sound.play();
  else sound.pause();
}

// A field of one time takes it alone; notes take it between brackets, where the cursor is.
function insertTime() {
  if (!field) return;
  const time = show(sound.currentTime);
  if (field.hasAttribute("data-takes-time")) {
    field.value = time;
  } else {
    const before = field.value.slice(0, field.selectionStart);
    const space = before && !/\s$/.test(before) ? " " : "";
    field.setRangeText(`${space}[${time}] `, field.selectionStart, field.selectionEnd, "end");
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

const MARK = /\[((?:\d{1,2}:)?\d{1,3}:[0-5]\d)\]/g;

function listMarks(area) {
  const list = document.querySelector(`[data-marks-of="${area.id}"]`);
  if (!list) return;
  const links = [...area.value.matchAll(MARK)].map(([mark, time]) => {
    const seconds = time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    const link = document.createElement("a");
    link.className = "interview__mark";
    link.href = `${sound.getAttribute("src")}#t=${seconds}`;
    link.dataset.mark = seconds;
    link.textContent = mark;
    return link;
  });
  list.replaceChildren(...links.flatMap((link) => [link, " "]));
}

// The letter of the keyboard, whatever the system writes with Alt.
function onKey(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const act = { KeyP: toggle, KeyR: insertTime }[event.code];
  if (!act || (act === insertTime && !field)) return;
  event.preventDefault();
  act();
}

if (sound) {
  bar.querySelector("[data-player-tools]").hidden = false;
  bar.querySelector("[data-player-toggle]").addEventListener("click", toggle);
  bar.querySelector("[data-player-mark]")?.addEventListener("click", insertTime);
  bar.querySelector("[data-player-choice]")?.addEventListener("change", (event) => { sound.src = event.target.value; });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-takes-marks], [data-takes-time]")) field = event.target;
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-takes-marks]")) listMarks(event.target);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("[data-mark]");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    playAt(Number(mark.dataset.mark));
  });
}
