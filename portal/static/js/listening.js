// Joins the native player and the transcript: a time starts the sound there, the words heard are marked.
const audio = document.querySelector(".player audio");
const cues = [...document.querySelectorAll(".transcript__cue[data-start]")];
const starts = cues.map((cue) => Number(cue.dataset.start));

function mark() {
  const current = starts.findLastIndex((start) => start <= audio.currentTime + 0.05);
  cues.forEach((cue, rank) => {
    cue.classList.toggle("is-heard", rank < current);
    cue.classList.toggle("is-current", rank === current && audio.currentTime > 0);
  });
}

if (audio) {
  audio.addEventListener("timeupdate", mark);
  cues.forEach((cue, rank) => {
    cue.querySelector(".transcript__time")?.addEventListener("click", (event) => {
      event.preventDefault();
      audio.currentTime = starts[rank];
      audio.play();
      history.replaceState(null, "", `?t=${Math.floor(starts[rank])}`);
    });
  });
}
