// Suggestions under a search field: the ARIA combobox pattern, the keyboard staying in the field.
const DELAY = 120; // ms
const SHORTEST = 2; // characters

class Combobox {
  constructor(input) {
    this.input = input;
    this.active = -1;
    this.id = `${input.id}-suggestions`;
    this.list = element("div", { id: this.id, role: "listbox", ariaLabel: "Suggestions", className: "suggestions" });
    this.list.hidden = true;
    this.status = element("p", { role: "status", className: "visually-hidden" });
    input.parentElement.classList.add("combobox");
    input.parentElement.append(this.list, this.status);
    // A search field may not be a combobox: it becomes a text field.
    Object.assign(input, { type: "text", role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
    input.setAttribute("aria-controls", this.id);
    input.addEventListener("input", (event) => event.isComposing || this.wait());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }

  wait() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (this.input.value.trim().length < SHORTEST) this.close();
    else this.timer = setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    this.request = new AbortController();
    const url = new URL(this.input.dataset.suggestions, location.href);
    url.searchParams.set("q", this.input.value.trim());
    try {
      const response = await fetch(url, { signal: this.request.signal });
      if (!response.ok) throw new Error(response.status);
      this.show((await response.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // aborted: the answer to another letter is on its way
    }
  }

  show(suggestions) {
    if (document.activeElement !== this.input) return;
    const kinds = [...new Set(suggestions.map((one) => one.kind))];
    this.list.replaceChildren(...kinds.map((kind) => this.group(kind, suggestions.filter((one) => one.kind === kind))));
    this.options.forEach((option, rank) => { option.id = `${this.id}-${rank}`; });
    const count = suggestions.length;
    this.list.hidden = !count;
    this.input.ariaExpanded = String(count > 0);
    this.activate(-1);
    this.status.textContent = count > 1 ? `${count} suggestions` : count ? "1 suggestion" : "Aucune suggestion";
  }

  group(kind, suggestions) {
    const group = element("div", { role: "group", ariaLabel: kind });
    group.append(element("p", { className: "suggestions__kind", ariaHidden: "true", textContent: kind }));
    for (const { label, url, value } of suggestions) {
      const option = element("div", { role: "option", ariaSelected: "false", textContent: label });
      Object.assign(option.dataset, { url, value: value ?? label });
      group.append(option);
    }
    return group;
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.ariaExpanded = "false";
    this.status.textContent = "";
    this.activate(-1);
  }

  activate(rank) {
    this.active = rank;
    this.options.forEach((option, number) => { option.ariaSelected = String(number === rank); });
    const option = this.options[rank];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    if (!option) return;
    if (this.input.dataset.pick !== "value") return location.assign(option.dataset.url);
    this.input.value = option.dataset.value;
    this.close();
    this.input.form.requestSubmit();
  }

  onKey(event) {
    const last = this.options.length - 1;
    const moves = { ArrowDown: this.active < last ? this.active + 1 : 0, ArrowUp: this.active > 0 ? this.active - 1 : last };
    if (this.active >= 0) Object.assign(moves, { Home: 0, End: last });
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.wait();
    } else if (event.key === "Escape" || (event.altKey && event.key === "ArrowUp")) {
      event.preventDefault();
      this.close();
    } else if (event.key in moves) {
      event.preventDefault();
      this.activate(moves[event.key]);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    }
  }
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

for (const input of document.querySelectorAll("[data-suggestions]")) new Combobox(input);
