// Keeps the results in step with the form: the same address is asked, the same page comes, only its parts change.
const form = document.querySelector("#recherche-page");
const announcement = document.querySelector("#annonce");
let shown = location.pathname + location.search;
let request;

// What the form asks, without what goes without saying.
function address() {
  const url = new URL(form.getAttribute("action"), location.href); // form.action is the facet of that name
  const values = [...new FormData(form)].map(([name, value]) => [name, value.trim()]);
  const hasPlace = values.some(([name, value]) => name === "lieu" && value);
  for (const [name, value] of values) {
    const isUsual = form.elements[name].dataset?.default === value || (name === "rayon" && !hasPlace);
    if (value && !isUsual) url.searchParams.append(name, value);
  }
  return url.href;
}

async function show(url, isNew = true) {
  request?.abort();
  const mine = (request = new AbortController());
  announcement.textContent = "";
  document.querySelector("#zone-resultats").ariaBusy = "true";
  try {
    const response = await fetch(url, { signal: mine.signal });
    if (!response.ok) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (isNew && url !== location.href) history.pushState(null, "", url);
    shown = location.pathname + location.search;
    replaceWith(page);
    const said = document.querySelectorAll("#aide .help__number, #lieu-message .field__error, #resultats");
    announcement.textContent = [...said].map((part) => part.textContent.trim()).join(" ");
    document.dispatchEvent(new CustomEvent("search:shown"));
    return true;
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
    else if (request === mine) document.querySelector("#zone-resultats").ariaBusy = null;
    return false;
  }
}

function replaceWith(page) {
  document.title = page.title;
  const focused = document.activeElement;
  for (const part of document.querySelectorAll("[data-live]")) {
    part.replaceWith(page.getElementById(part.id));
  }
  const fresh = page.getElementById(form.id);
  for (const name of ["q", "lieu", "rayon"]) {
    if (form.elements[name] !== focused) form.elements[name].value = fresh.elements[name].value;
  }
  form.elements.lieu.ariaInvalid = fresh.elements.lieu.ariaInvalid;
  if (!focused.isConnected && focused.id) document.getElementById(focused.id)?.focus();
  document.querySelector("#colonne-facettes").hidden = page.getElementById("colonne-facettes").hidden;
  replaceFacets(document.querySelector("#facettes"), page.getElementById("facettes"), focused);
}

// Groups stay open or folded as they were; the one in use does not move, and keeps the focus.
function replaceFacets(column, fresh, focused) {
  for (const group of column.querySelectorAll("details")) {
    const same = fresh.querySelector(`#${group.id}`);
    if (same) same.open = group.open;
  }
  const used = focused.closest(".facet");
  const groups = [...fresh.children];
  const place = groups.findIndex((group) => group.id === used?.id);
  if (place < 0) return column.replaceChildren(...groups);
  for (const box of used.querySelectorAll("[type=checkbox]")) {
    const same = [...groups[place].querySelectorAll("[type=checkbox]")].find((other) => other.value === box.value);
    box.checked = same?.checked ?? false;
    if (same) box.parentElement.querySelector(".facet__count").replaceWith(same.parentElement.querySelector(".facet__count"));
  }
  for (const group of [...column.children]) if (group !== used) group.remove();
  used.before(...groups.slice(0, place));
  used.after(...groups.slice(place + 1));
}

// Where somebody who asked goes on: the results, or the place to correct.
async function showAndRead(url) {
  if (await show(url)) document.querySelector("#lieu[aria-invalid='true'], #resultats").focus();
}

if (form) {
  document.documentElement.classList.add("is-live");
  document.addEventListener("change", ({ target }) => {
    if (target.form === form && target.matches("[type=checkbox], select")) show(address());
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-live-link]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    showAndRead(link.href);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    document.querySelector("#filtres:popover-open")?.hidePopover();
    showAndRead(address());
  });
  window.addEventListener("pagehide", () => request?.abort());
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) show(location.href, false);
  });
}
