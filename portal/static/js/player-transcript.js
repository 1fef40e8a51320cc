// The transcript follows the sound: the words heard are marked, and can be searched. No live region: it would speak over.
const audio = document.querySelector(".player audio");
const transcript = document.querySelector(".transcript");

function follow() {
  const cues = [...transcript.querySelectorAll(".transcript__cue")];
  const starts = cues.map((cue) => Number(cue.dataset.start));
  const scrolls = transcript.querySelector("[data-follow]");
  const words = transcript.querySelector("[data-words]");
  const found = transcript.querySelector(".transcript__found");
  const texts = cues.map((cue) => cue.querySelector(".transcript__text").firstChild);
  const fold = (text) => text.toLowerCase().replace(/[\u00c0-\u024f]/g, (letter) => letter.normalize("NFD")[0]).replaceAll("’", "'");
  let current = -1;

  function mark() {
    const now = starts.findLastIndex((start) => start <= audio.currentTime + 0.05);
    const rank = audio.currentTime > 0 ? now : -1;
    if (rank === current) return;
    const [first, last] = [Math.min(rank, current), Math.max(rank, current)];
    for (let place = Math.max(first, 0); place <= last; place += 1) cues[place].classList.toggle("is-heard", place < rank);
    cues[current]?.querySelector("a").removeAttribute("aria-current");
    cues[rank]?.querySelector("a").setAttribute("aria-current", "true");
    current = rank;
    if (scrolls.checked && transcript.open && rank >= 0) cues[rank].scrollIntoView({ block: "center" });
  }

  function search() {
    const wanted = fold(words.value.trim());
    const ranges = [];
    let count = 0;
    cues.forEach((cue, rank) => {
      const text = wanted ? fold(texts[rank].data) : "";
      cue.hidden = Boolean(wanted) && !text.includes(wanted);
      count += Boolean(wanted) && !cue.hidden;
      for (let at = text.indexOf(wanted); wanted && at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
        ranges.push(new StaticRange({ startContainer: texts[rank], startOffset: at, endContainer: texts[rank], endOffset: at + wanted.length }));
      }
    });
    if (CSS.highlights) CSS.highlights.set("transcript-words", new Highlight(...ranges));
    found.textContent = wanted ? `${count || "Aucune"} réplique${count > 1 ? "s" : ""}` : "";
  }

  transcript.querySelector(".transcript__tools").hidden = false;
  for (const name of ["timeupdate", "seeking"]) audio.addEventListener(name, mark);
  words.addEventListener("input", search);
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    words.value = "";
    search();
  });
  mark();
}

if (audio && transcript) follow();
