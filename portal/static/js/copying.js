// Copy buttons beside a field: without this module the address is selected and copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = "Adresse copiée.";
    } catch {
      field.focus();
      field.select();
      status.textContent = "Votre navigateur refuse la copie : l’adresse est sélectionnée, copiez-la au clavier.";
    }
  });
}
