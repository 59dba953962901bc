// Notes written where the line is bad: kept on this device until the server has them, in order, each once by its key.
// For pages and for the service worker alike. What the server refuses stays, with its reason, until its author removes it.
self.notes = (() => {
  const NAME = "obs-notes";

  function open() {
    return new Promise((done, fail) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(NAME, { keyPath: "number", autoIncrement: true });
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  }

  async function run(mode, act) {
    const database = await open();
    try {
      return await new Promise((done, fail) => {
        const transaction = database.transaction(NAME, mode);
        const request = act(transaction.objectStore(NAME));
        transaction.oncomplete = () => done(request.result);
        transaction.onerror = transaction.onabort = () => fail(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  const every = () => run("readonly", (store) => store.getAll());
  const add = (note) => run("readwrite", (store) => store.add(note));
  const put = (note) => run("readwrite", (store) => store.put(note));
  const drop = (number) => run("readwrite", (store) => store.delete(number));

  // Two that send at once would only send twice what counts once: but in order, so one waits for the other.
  const alone = (work) => (navigator.locks ? navigator.locks.request(NAME, work) : work());

  function flush() {
    return alone(async () => {
      const sent = [];
      const tokens = {};
      for (const note of await every()) {
        if (note.error) continue;
        const session = note.url.match(/^\/sessions\/[^/]+/)[0];
        tokens[session] ??= await token(session);
        if (tokens[session] === "later") break;
        const { mandate, earlier = [], csrf_token } = tokens[session];
        if (mandate !== note.mandate && !(mandate && earlier.includes(note.mandate))) {
          if (!note.held) await put({ ...note, held: true }); // signed out, or somebody else is: the text stays
          continue;
        }
        if (mandate !== note.mandate) await put(Object.assign(note, { mandate })); // renewed meanwhile: theirs all the same
        const outcome = await send(note, csrf_token);
        if (outcome === "later") break;
        if (outcome === "sent") {
          await drop(note.number);
          sent.push(note.key);
        } else if (outcome === "held") {
          await put({ ...note, held: true });
          tokens[session] = {};
        } else {
          await put({ ...note, held: false, error: outcome });
        }
      }
      return tell(sent);
    });
  }

  // A fresh token: the one of the page may be days old.
  async function token(session) {
    let answer;
    try {
      answer = await fetch(`${session}/live?token=1`, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" });
    } catch {
      return "later";
    }
    if (answer.status >= 500 || answer.status === 429) return "later";
    if (!answer.ok) return {};
    return answer.json().catch(() => ({}));
  }

  async function send(note, csrf_token) {
    const body = new URLSearchParams({ csrf_token, mandate: note.mandate, key: note.key, text: note.text });
    let answer;
    try {
      answer = await fetch(note.url, { method: "POST", headers: { Accept: "application/json" }, body, redirect: "manual" });
    } catch {
      return "later";
    }
    if (answer.ok) return "sent";
    if (answer.type === "opaqueredirect" || answer.status === 401) return "held";
    if (answer.status >= 500 || answer.status === 429) return "later";
    const told = await answer.json().catch(() => ({}));
    return told.error || `HTTP ${answer.status}`;
  }

  async function state() {
    const left = await every();
    const held = left.filter((note) => note.held).length;
    const failed = left.filter((note) => note.error).length;
    return { type: "queue", waiting: left.length - failed, held, failed };
  }

  async function tell(sent = []) {
    const told = { ...(await state()), sent };
    const channel = new BroadcastChannel(NAME);
    channel.postMessage(told);
    channel.close();
    return told;
  }

  return { NAME, every, add, put, drop, flush, state, tell };
})();
