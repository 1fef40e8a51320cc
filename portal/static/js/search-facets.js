// The filter box of a long group of choices: typing narrows the group and says how many choices are left.
const folded = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").replace(/[’']/g, " ").toLowerCase();

function narrow(box) {
  const group = box.closest(".facet");
  const words = folded(box.value).split(/\s+/).filter(Boolean);
  const choices = [...group.querySelectorAll(".facet__choice")];
  for (const choice of choices) {
    const label = folded(choice.querySelector("input + span").textContent);
    choice.hidden = !words.every((word) => label.includes(word));
  }
  for (const section of group.querySelectorAll(".facet__section")) {
    section.hidden = !section.querySelector(".facet__choice:not([hidden])");
  }
  unfold(group.querySelector(".facet__more"), words.length > 0);
  const left = choices.filter((choice) => !choice.hidden).length;
  const count = left > 1 ? `${left} choix restants` : left ? "1 choix restant" : "Aucun choix ne contient ces mots";
  group.querySelector(".facet__left").textContent = words.length ? count : "";
}

// The rest of the group opens while one types, and goes back to what it was.
function unfold(more, isTyping) {
  if (!isTyping) {
    if (more.dataset.wasOpen) more.open = more.dataset.wasOpen === "true";
    delete more.dataset.wasOpen;
  } else {
    more.dataset.wasOpen ??= String(more.open);
    more.open = true;
  }
}

document.documentElement.classList.add("has-facet-filters");
document.addEventListener("input", (event) => {
  if (event.target.matches(".facet__filter input")) narrow(event.target);
});
