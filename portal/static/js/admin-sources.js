// In the editor of a sheet: the times at which each block was heard stand beside it, and play the recording.
// Without this script, they are listed under « Provenance ».
const sources = document.querySelector("[data-sources]");
const player = sources?.querySelector("[data-source-player]");

// The editor draws its blocks after the page is read, a few at a time.
function placeAll() {
  const waiting = [...sources.querySelectorAll("[data-source-block]:not([data-placed])")];
  for (const block of waiting) {
    const place = document.querySelector(`[data-contentpath="${CSS.escape(block.dataset.sourceBlock)}"]`);
    if (!place) continue;
    block.dataset.placed = "";
    const links = [...block.querySelectorAll("[data-mark]")];
    const line = document.createElement("p");
    line.className = "provenance__beside";
    line.append("Entendu à ", ...links.flatMap((link) => [link.cloneNode(true), " "]));
    if (links.length) place.prepend(line);
  }
  return waiting.length === 0;
}

function play(event) {
  const mark = event.target.closest?.("[data-mark]");
  if (!mark) return;
  event.preventDefault();
  const [url] = mark.href.split("#");
  if (player.src !== url) player.src = url;
  player.hidden = false;
  player.currentTime = Number(mark.dataset.mark);
  player.play();
}

if (sources) {
  document.body.append(player); // seen from each tab of the editor
  const drawn = new MutationObserver(() => { if (placeAll()) drawn.disconnect(); });
  if (!placeAll()) drawn.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", play);
}
