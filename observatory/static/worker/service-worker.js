// Pages of sessions without a connection, and notes that go out once there is one again. The server puts before it
// VERSION, ASSETS and js/notes.js. What is kept of pages is what anybody may read: it is asked for without cookies.
const PAGES = "obs-pages";
const FILES = `obs-files-${VERSION}`;
const PAGE = /^\/sessions\/[\w-]+(?:\/(?:brief|live))?$/;
const MOST = 40;
const PATIENCE = 10_000;
const KEPT_AT = "x-kept-at";

addEventListener("install", (event) => {
  const filled = caches.open(FILES).then((files) => files.addAll(ASSETS));
  event.waitUntil(filled.then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => {
    const gone = names.filter((name) => name.startsWith("obs-") && name !== PAGES && name !== FILES);
    return Promise.all(gone.map((name) => caches.delete(name)));
  });
  event.waitUntil(old.then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && request.method === "POST" && url.pathname === "/sign-out") {
    event.respondWith(signOut(request));
  } else if (request.method !== "GET") {
    return;
  } else if (request.mode === "navigate" && PAGE.test(url.pathname)) {
    event.respondWith(page(request, url.pathname));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(file(request));
  }
});

addEventListener("sync", (event) => {
  if (event.tag !== notes.NAME) return;
  event.waitUntil(notes.flush().then((told) => {
    if (told.waiting > told.held) throw new Error("not all sent"); // the browser tries again later
  }));
});

addEventListener("message", (event) => {
  if (event.data?.type === "keep") {
    event.waitUntil(Promise.all(event.data.paths.filter((path) => PAGE.test(path)).map((path) => keep(path, event.data.lang))).then(prune));
  } else if (event.data?.type === "queue") {
    event.waitUntil(notes.state().then((told) => event.source.postMessage(told)));
  }
});

async function file(request) {
  const found = await caches.match(request.url, { cacheName: FILES });
  if (found) return found;
  try {
    return await fetch(request);
  } catch {
    // A page that was kept names the files of its day: those of today will do.
    return (await caches.match(request.url, { cacheName: FILES, ignoreSearch: true })) ?? Response.error();
  }
}

// The server first; what was kept where it does not answer, or only what stands in front of it does. What runs just now
// is worth waiting for longer.
async function page(request, path) {
  const found = await copy(path);
  try {
    const late = new Promise((_done, fail) => found && setTimeout(fail, path.endsWith("/live") ? 5 * PATIENCE : PATIENCE));
    const answer = await Promise.race([fetch(request), late]);
    return found && answer.status >= 502 && answer.status <= 504 ? found : answer;
  } catch {
    return found ?? Response.error();
  }
}

async function copy(path) {
  for (const name of path.endsWith("/live") ? [path.replace(/live$/, "brief"), path.replace(/\/live$/, "")] : [path]) {
    const found = await caches.match(name, { cacheName: PAGES, ignoreVary: true });
    if (found) return marked(found);
  }
}

// The page says itself, in its language, that it is a copy: it carries the words, hidden.
async function marked(found) {
  const at = found.headers.get(KEPT_AT);
  const text = await found.text();
  const lang = text.match(/<html lang="([\w-]+)"/)?.[1] ?? "es";
  const day = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short", timeZone: "America/Lima" });
  const told = text
    .replace(" hidden data-offline", " data-offline")
    .replace("<time data-kept></time>", `<time datetime="${at}">${day.format(new Date(at))}</time>`);
  return new Response(told, { status: 200, headers: found.headers });
}

async function keep(path, lang) {
  const pages = await caches.open(PAGES);
  let answer;
  try {
    answer = await fetch(path, { credentials: "omit", cache: "no-store", headers: { Accept: "text/html", "Accept-Language": lang } });
  } catch {
    return;
  }
  const isPublic = !/no-store|private/.test(answer.headers.get("Cache-Control") ?? "");
  if (answer.ok && !answer.redirected && isPublic) {
    const headers = new Headers(answer.headers);
    for (const name of ["Content-Encoding", "Content-Length", "ETag", "Vary"]) headers.delete(name);
    headers.set(KEPT_AT, new Date().toISOString());
    await pages.put(path, new Response(await answer.text(), { headers }));
  } else if (answer.status < 500) {
    await pages.delete(path); // nobody but those who sign in may read it now
  }
}

async function prune() {
  const pages = await caches.open(PAGES);
  const dated = await Promise.all((await pages.keys()).map(async (key) => [(await pages.match(key)).headers.get(KEPT_AT), key]));
  dated.sort(([one], [other]) => (one < other ? 1 : -1));
  await Promise.all(dated.slice(MOST).map(([, key]) => pages.delete(key)));
}

// Signing out clears this device. Notes that were not sent are sent first; of those that can't be, their author is told
// once, on the page of the session.
async function signOut(request) {
  let left = [];
  try {
    await Promise.race([notes.flush(), new Promise((done) => setTimeout(done, PATIENCE / 2))]);
    left = (await notes.every()).filter((note) => !note.warned);
    await Promise.all(left.map((note) => notes.put({ ...note, warned: true })));
  } catch { /* no storage, so no notes either */ }
  return left.length ? Response.redirect(left[0].url.replace(/\/items\/.*/, "/live#unsent"), 303) : fetch(request);
}
