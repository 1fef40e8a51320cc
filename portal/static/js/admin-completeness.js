// Refreshes the completeness panel after each autosave of the page editor.
const panel = document.querySelector("[data-completeness]");
const list = panel?.querySelector("[data-completeness-list]");

async function refresh() {
  const response = await fetch(panel.dataset.url, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (response.ok) list.innerHTML = await response.text();
}

if (panel?.dataset.url) document.addEventListener("w-autosave:success", refresh);
