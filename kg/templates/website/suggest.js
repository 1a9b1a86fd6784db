// Suggests things while somebody types into the search: a combobox as ARIA 1.2 describes it.
"use strict";
(() => {
  const PAUSE = 150;
  const box = document.getElementById("q");
  const form = box.form;
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Things called so");
  list.hidden = true;
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  form.append(list);

  let waiting = 0;
  let asking = new AbortController();
  let chosen = -1;

  function close() {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function show(found) {
    list.replaceChildren(...found.map((thing, number) => {
      const item = document.createElement("li");
      item.id = `suggestion-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.href = thing.href;
      const name = document.createElement("bdi");
      name.textContent = thing.label;
      const kind = document.createElement("small");
      kind.textContent = ` ${thing.kind}`;
      item.append(name, kind);
      return item;
    }));
    chosen = -1;
    list.hidden = found.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
  }

  async function suggest() {
    asking.abort();
    asking = new AbortController();
    const words = box.value.trim();
    if (words.length < 2) {
      close();
      return;
    }
    const address = `${form.action}?format=json&q=${encodeURIComponent(words)}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok) show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function choose(number) {
    const items = [...list.children];
    chosen = (number + items.length + 1) % (items.length + 1);
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
    const item = items[chosen];
    if (item) {
      box.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  // Only a path of this site: an address of the web would be a thing's own, not its page.
  function go(item) {
    if (item.dataset.href.startsWith("/")) window.location.assign(item.dataset.href);
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen < 0 ? 0 : chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? list.children.length - 1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && list.children[chosen]) go(list.children[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) go(item);
  });
  box.addEventListener("blur", close);
})();
