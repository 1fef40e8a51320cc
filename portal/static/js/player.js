// The player: real controls over the native sound, which keeps its own without this module. It never plays by itself.
const BACK = 15, ON = 30, ARROW = 5, PAGE = 60; // seconds
const MEMORY = "portail-ecoute"; // { at: { guid: seconds }, speed, keys } or { off: true }: nothing leaves the device
const REMEMBERED = 30; // episodes
const WINDOW = "popup,width=480,height=440";

const player = document.querySelector(".player");
const audio = player?.querySelector("audio");
const find = (selector) => player?.querySelector(selector);
const all = (selector) => [...(player?.querySelectorAll(selector) ?? [])];
const { key, address, embed, title, show, picture } = player?.dataset ?? {};
const isEmbedded = player?.hasAttribute("data-is-embedded");

const [stage, bar, seek, speed] = [".player__stage", ".player__bar", "[data-seek]", "[data-speed]"].map(find);
const [play, mute, resume] = ["play", "mute", "resume"].map((name) => find(`[data-do=${name}]`));
const [forget, keys] = [find("[data-forget]"), find("[data-keys]")];
const [fromHere, link, code] = ["[data-from-here]", "[data-share-link]", "[data-share-code]"].map(find);
const steps = all(".steps__go"), chapters = all(".steps__step:not(.is-page) .steps__go"), moments = all(".player__moment"), nodes = all(".player__nodes [data-from]");
const state = { dragging: false, started: false, inView: true, second: -1, noted: 0 };

const length = () => audio.duration || Number(audio.dataset.length);
const say = (words) => { find(".player__status").textContent = words; };
const here = (base) => (audio.currentTime >= 1 ? `${base}?t=${Math.floor(audio.currentTime)}` : base);
const isPlain = (event) => !(event.ctrlKey || event.altKey || event.metaKey);

function split(seconds) {
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
}

function clock(seconds) {
  const [hours, minutes, rest] = split(seconds);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function spoken(seconds) {
  const units = ["heure", "minute", "seconde"];
  const parts = split(seconds).map((count, rank) => count && `${count} ${units[rank]}${count > 1 ? "s" : ""}`);
  return parts.filter(Boolean).join(" ") || "0 seconde";
}

// Memory

function recall() {
  try { return JSON.parse(localStorage.getItem(MEMORY)) ?? {}; } catch { return {}; }
}

function keep(changes) {
  if (isEmbedded || (recall().off && !("off" in changes))) return;
  const kept = changes.off ? changes : { ...recall(), ...changes };
  try { localStorage.setItem(MEMORY, JSON.stringify(kept)); } catch { /* refused by the browser */ }
}

function note(seconds = audio.currentTime) {
  const at = { ...recall().at };
  delete at[key];
  const recent = Object.entries(at).slice(1 - REMEMBERED);
  if (seconds >= 5 && length() - seconds > 5) recent.push([key, Math.floor(seconds)]);
  keep({ at: Object.fromEntries(recent) });
}

// Sound

function go(seconds) {
  audio.currentTime = Math.max(0, Math.min(seconds, length() - 0.1));
  state.second = -1;
  draw();
}

function listen() {
  audio.play().catch(() => say("Le son n’a pas pu démarrer. Téléchargez le fichier pour l’écouter."));
}

function chapter(way) {
  const starts = chapters.map((step) => Number(step.dataset.at)), now = audio.currentTime;
  if (way > 0) go(starts.find((at) => at > now + 0.5) ?? now);
  else go(starts.findLast((at) => at < now - 2) ?? 0);
}

function setSpeed(value) {
  speed.value = value;
  if (!speed.value) speed.value = "1";
  audio.playbackRate = audio.defaultPlaybackRate = Number(speed.value);
}

const actions = {
  play: () => (audio.paused ? listen() : audio.pause()),
  back: () => go(audio.currentTime - BACK),
  on: () => go(audio.currentTime + ON),
  mute: () => { audio.muted = !audio.muted; },
  next: () => chapter(1),
  previous: () => chapter(-1),
  resume: () => { go(recall().at?.[key] ?? 0); listen(); play.focus(); },
  copy: () => copy(here(address), link, `Lien vers ${clock(audio.currentTime)} copié.`),
};

// What is shown

// Once a second at most; the slider says nothing by itself while it has the focus.
function draw() {
  const now = audio.currentTime;
  if (Math.floor(now) === state.second) return;
  state.second = Math.floor(now);
  if (!state.dragging) seek.value = now;
  seek.parentElement.style.setProperty("--played", `${(100 * now) / (length() || 1)}%`);
  find("[data-now]").textContent = clock(now);
  if (document.activeElement !== seek) tellPlace();
  drawSteps(now + 0.1);
  if (Math.abs(now - state.noted) > 5 && !audio.paused) { state.noted = now; note(); }
}

function drawSteps(now) {
  const last = (elements, name) => elements.findLastIndex((element) => Number(element.dataset[name]) <= now);
  const current = chapters[last(chapters, "at")], moment = last(moments, "from");
  for (const step of steps) {
    step.toggleAttribute("data-heard", step !== current && Number(step.dataset.at) <= now);
    if (step === current) step.setAttribute("aria-current", "true");
    else step.removeAttribute("aria-current");
  }
  moments.forEach((element, rank) => {
    element.classList.toggle("is-shown", rank === Math.max(moment, 0));
    element.classList.toggle("is-now", rank === moment);
  });
  nodes.forEach((node) => node.toggleAttribute("data-heard", Number(node.dataset.from) <= now));
}

function tellPlace() {
  seek.setAttribute("aria-valuetext", `${spoken(audio.currentTime)} sur ${spoken(length())}`);
}

function drawState() {
  player.classList.toggle("is-playing", !audio.paused);
  play.lastElementChild.textContent = audio.paused ? "Écouter" : "Mettre en pause";
  mute.setAttribute("aria-pressed", audio.muted);
  if (resume) resume.hidden = state.started || !recall().at?.[key] || player.dataset.start > 0;
  dock(state.started && !state.inView && !isEmbedded);
}

// The bar stays at hand while the listener reads below; its place is kept, so that nothing jumps.
function dock(isDocked) {
  if (isDocked === bar.classList.contains("is-docked")) return;
  stage.style.minBlockSize = isDocked ? `${stage.offsetHeight}px` : "";
  bar.classList.toggle("is-docked", isDocked);
  document.documentElement.classList.toggle("has-docked-player", isDocked);
}

function describe() {
  if (!navigator.mediaSession || !window.MediaMetadata) return;
  const artwork = picture ? [{ src: picture, sizes: "600x600", type: "image/jpeg" }] : [];
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist: show, artwork });
  const { previous, next, back, on } = actions;
  const handlers = { play: listen, pause: () => audio.pause(), seekbackward: back, seekforward: on, seekto: ({ seekTime }) => go(seekTime) };
  if (chapters.length) Object.assign(handlers, { previoustrack: previous, nexttrack: next });
  for (const [name, handler] of Object.entries(handlers)) {
    try { navigator.mediaSession.setActionHandler(name, handler); } catch { /* unknown to this browser */ }
  }
}

// Sharing

function share() {
  if (!fromHere) return;
  find("[data-moment]").textContent = clock(audio.currentTime);
  link.value = fromHere.checked ? here(address) : address;
  code.value = fromHere.checked ? code.defaultValue.replace(embed, here(embed)) : code.defaultValue;
}

async function copy(text, field, done) {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    field.closest("details").open = true;
    field.value = text;
    field.focus();
    field.select();
    say("Votre navigateur refuse la copie : le texte est sélectionné, copiez-le au clavier.");
  }
}

function openWindow(event) {
  if (!isPlain(event) || !window.open(here(embed), MEMORY, WINDOW)) return;
  event.preventDefault();
  audio.pause();
}

// Gestures

function press(event) {
  const button = event.target.closest("[data-do], [data-copy]");
  if (button?.dataset.do) actions[button.dataset.do]();
  if (!button?.dataset.copy) return;
  const field = document.getElementById(button.dataset.copy);
  copy(field.value, field, field === code ? "Code copié." : "Adresse copiée.");
}

function jump(event) {
  const time = event.target.closest("a[data-at]");
  if (!time || !isPlain(event) || event.shiftKey) return;
  event.preventDefault();
  go(Number(time.dataset.at));
  listen();
}

function shortcut(event) {
  const name = { k: "play", j: "back", l: "on", n: "next", p: "previous", m: "mute" }[event.key.toLowerCase()];
  const isTyping = event.target.matches("select, textarea, input:not([type=checkbox], [type=range])");
  if (!name || isTyping || !isPlain(event) || keys?.checked === false) return;
  event.preventDefault();
  actions[name]();
}

function slide(event) {
  const moves = { ArrowLeft: -ARROW, ArrowDown: -ARROW, ArrowRight: ARROW, ArrowUp: ARROW, PageDown: -PAGE, PageUp: PAGE };
  if (!moves[event.key] || !isPlain(event)) return;
  event.preventDefault();
  go(audio.currentTime + moves[event.key]);
  tellPlace();
}

function watchSound() {
  for (const name of ["timeupdate", "seeking", "seeked"]) audio.addEventListener(name, draw);
  for (const name of ["play", "pause", "volumechange", "ended"]) audio.addEventListener(name, drawState);
  audio.addEventListener("play", () => { state.started = true; say(""); describe(); drawState(); });
  audio.addEventListener("pause", () => { note(); share(); });
  audio.addEventListener("seeked", share);
  audio.addEventListener("ended", () => note(0));
  audio.addEventListener("error", () => { audio.controls = true; say("Le son n’a pas pu être chargé."); });
  audio.addEventListener("loadedmetadata", () => {
    seek.max = Math.floor(length());
    find("[data-total]").textContent = clock(length());
  });
  window.addEventListener("pagehide", () => state.started && note());
}

function watchListener() {
  player.addEventListener("click", press);
  player.addEventListener("keydown", shortcut);
  document.addEventListener("click", jump);
  seek.addEventListener("keydown", slide);
  seek.addEventListener("input", () => { state.dragging = true; find("[data-now]").textContent = clock(Number(seek.value)); });
  seek.addEventListener("change", () => { state.dragging = false; go(Number(seek.value)); tellPlace(); });
  speed.addEventListener("change", () => { setSpeed(speed.value); keep({ speed: speed.value }); });
  forget?.addEventListener("change", () => { keep({ off: forget.checked }); drawState(); });
  keys?.addEventListener("change", () => keep({ keys: keys.checked }));
  fromHere?.addEventListener("change", share);
  find("[data-share]")?.addEventListener("toggle", share);
  find("[data-window]")?.addEventListener("click", openWindow);
  new IntersectionObserver(([entry]) => { state.inView = entry.isIntersecting; drawState(); }).observe(player);
}

function equip() {
  const memory = isEmbedded ? {} : recall();
  audio.controls = false;
  for (const element of [stage, find(".player__now"), find("[data-settings]"), find(".player__copy"), fromHere?.parentElement, ...all("[data-copy]")]) {
    if (element) element.hidden = false;
  }
  if (forget) forget.checked = Boolean(memory.off);
  if (keys) keys.checked = memory.keys !== false;
  if (resume) resume.querySelector("[data-at]").textContent = clock(memory.at?.[key] ?? 0);
  setSpeed(memory.speed ?? "1");
  watchSound();
  watchListener();
  if (player.dataset.start > 0) { go(Number(player.dataset.start)); play.focus(); }
  draw();
  drawState();
}

if (audio) equip();
