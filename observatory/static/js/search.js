// "/" goes to the search box; while typing, titles that fit are offered in an accessible combobox.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = [...document.querySelectorAll("main form[role=search] input[name=q], form[role=search] input[name=q]")].find((input) => input.offsetParent);
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.elements.q;
  const list = document.createElement("ul");
  const name = `${input.id}-suggest`;
  let timer, request, at = -1;

  Object.assign(list, { id: name, className: "suggest", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  form.append(list);
  const state = { role: "combobox", "aria-autocomplete": "list", "aria-controls": name, "aria-expanded": "false" };
  for (const key in state) input.setAttribute(key, state[key]);

  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", open);
    if (!open) choose(-1);
  };
  const choose = (position) => {
    at = position;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", i === at));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const fill = (results) => {
    list.replaceChildren(...results.map((result, i) => {
      const item = document.createElement("li");
      item.id = `${name}-${i}`;
      item.setAttribute("role", "option");
      item.dataset.url = result.url;
      item.append(result.title);
      if (result.note) {
        const note = document.createElement("small");
        note.textContent = result.note;
        item.append(" ", note);
      }
      return item;
    }));
    show(results.length > 0);
  };
  const ask = async () => {
    request?.abort();
    const text = input.value.trim();
    if (text.length < 2) return show(false);
    request = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (answer.ok && document.activeElement === input) fill((await answer.json()).results);
    } catch { /* no suggestions: the form still works */ }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((at + 1 + step + count + 1) % (count + 1)) - 1); // a ring: the box itself, then each title
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.assign(list.children[at].dataset.url);
    }
  });
  input.addEventListener("blur", () => show(false));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) location.assign(item.dataset.url);
  });
}
