// On the pages of a session: they can be read without a connection, notes go out as soon as there is one, and what
// others write down comes by itself. The words are on the page ([data-words]); without this script its forms work.
{
  const words = document.querySelector("[data-words]")?.dataset ?? {};
  const path = location.pathname.match(/^\/sessions\/[\w-]+/)?.[0];
  const said = document.querySelector("[data-queue-state]");
  const forms = [...document.querySelectorAll("form[data-note-form]")];
  const mandate = forms[0]?.elements.mandate.value;
  let retry;
  let askNow = () => {};

  const workers = navigator.serviceWorker;
  const asked = workers?.controller ? Promise.resolve() : workers?.register("/service-worker.js");
  const registered = asked?.then(() => workers.ready).catch(() => null);
  registered?.then((worker) => {
    worker?.active?.postMessage({ type: "keep", paths: [path, `${path}/brief`], lang: document.documentElement.lang });
  });

  // --- Notes ---

  async function flush() {
    clearTimeout(retry);
    const told = await notes.flush();
    if (told.waiting > told.held) {
      retry = setTimeout(flush, 15_000);
      (await registered)?.sync?.register(notes.NAME).catch(() => {});
    }
    return draw(told);
  }

  // What is not with the server yet, below the notes of its item; and how many there are.
  async function draw(told) {
    for (const key of told.sent ?? []) {
      const note = document.querySelector(`[data-own="${key}"]`);
      if (note) note.querySelector("[data-how]").textContent = words.sent;
    }
    if (told.sent?.length) askNow();
    const left = await notes.every();
    for (const note of left.filter((each) => each.mandate === mandate)) {
      const form = forms.find((each) => new URL(each.action).pathname === note.url);
      if (form) own(form, note);
    }
    if (!said) return;
    const parts = [
      told.waiting && `${told.held ? words.held : words.waiting} ${told.waiting}.`,
      told.failed && `${words.failed} ${told.failed}.`,
      told.waiting + told.failed && location.hash === "#unsent" && words.unsent,
    ];
    said.textContent = parts.filter(Boolean).join(" ");
  }

  function own(form, note) {
    let shown = document.querySelector(`[data-own="${note.key}"]`);
    if (!shown) {
      shown = document.createElement("div");
      shown.className = "note-entry";
      shown.dataset.own = note.key;
      const how = shown.appendChild(document.createElement("p"));
      how.className = "meta";
      how.dataset.how = "";
      shown.appendChild(document.createElement("p")).textContent = note.text;
      form.before(shown);
    }
    const how = shown.querySelector("[data-how]");
    how.textContent = note.error ? `${words.refused} ${note.error}` : note.held ? words.again : words.later;
    if (!note.error || shown.querySelector("button")) return;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn text";
    remove.textContent = words.remove;
    remove.addEventListener("click", async () => {
      await notes.drop(note.number);
      shown.remove();
      draw(await notes.tell());
    });
    shown.appendChild(remove);
  }

  for (const form of forms) {
    const field = form.elements.text;
    const draft = `obs-note:${mandate}:${form.dataset.item}`;
    try {
      field.value ||= localStorage.getItem(draft) ?? "";
    } catch { /* storage is forbidden: it works without drafts */ }
    field.addEventListener("input", () => {
      try {
        localStorage.setItem(draft, field.value);
      } catch { /* the same */ }
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (!text) return field.focus();
      const random = crypto.getRandomValues(new Uint8Array(16));
      const key = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
      try {
        const url = new URL(form.action).pathname;
        const note = { key, url, mandate, text };
        own(form, { ...note, number: await notes.add(note) });
      } catch {
        return form.submit(); // nothing can be kept here: as without this script
      }
      field.value = "";
      try {
        localStorage.removeItem(draft);
      } catch { /* the same */ }
      await flush();
    });
  }

  if (self.indexedDB && (forms.length || said)) {
    const channel = new BroadcastChannel(notes.NAME);
    channel.addEventListener("message", (event) => draw(event.data));
    addEventListener("online", flush);
    document.addEventListener("visibilitychange", () => document.hidden || flush());
    flush();
  }

  for (const form of document.querySelectorAll('form[action*="/sign-out"]')) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      let left = [];
      try {
        await notes.flush();
        left = await notes.every();
        if (left.length && !confirm(`${words.leave} ${left.length}`)) return;
        for (const note of left) await notes.put({ ...note, warned: true });
      } catch { /* no storage, so no notes */ }
      form.submit();
    });
  }

  // --- What others write down: asked for every few seconds; forms and whoever is writing in them are left alone ---

  const parts = document.querySelectorAll("[data-live]");
  if (parts.length) {
    let mark = "";
    let wait = 5_000;
    let timer;
    const address = `${path}/live?part=1&lang=${document.documentElement.lang}`;
    const ask = async () => {
      clearTimeout(timer);
      try {
        if (!document.hidden) {
          const answer = await fetch(address, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store", redirect: "manual" });
          if (answer.type === "opaqueredirect" || answer.status === 403) return; // over, or signed out
          wait = answer.ok || answer.status === 304 ? 5_000 : Math.min(wait * 2, 60_000);
          if (answer.ok) mark = show(await answer.text()) ? (answer.headers.get("ETag") ?? "") : "";
        }
      } catch {
        wait = Math.min(wait * 2, 60_000);
      }
      timer = setTimeout(ask, wait);
    };
    askNow = ask;
    addEventListener("online", () => (wait = 5_000) && ask());
    timer = setTimeout(ask, wait);

    // Answers whether all of it is shown: what is being used is put off.
    function show(text) {
      const fresh = new DOMParser().parseFromString(text, "text/html");
      let all = true;
      for (const part of parts) {
        const now = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
        if (!now || now.innerHTML === part.innerHTML) continue;
        if (part.contains(document.activeElement) || part.querySelector("form")) {
          all = false;
          continue;
        }
        const open = [...part.querySelectorAll("details")].map((each) => each.open);
        part.innerHTML = now.innerHTML;
        part.querySelectorAll("details").forEach((each, i) => (each.open = open[i] ?? false));
      }
      for (const note of document.querySelectorAll("[data-own]")) {
        if (document.querySelector(`[data-key="${note.dataset.own}"]`)) note.remove();
      }
      return all;
    }
  }
}
