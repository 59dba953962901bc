// On pages with forms: one submission only, a warning before leaving unsaved text, and drafts kept on the device.
// <form data-warn> asks before leaving; <form data-draft="key"> keeps a draft under that key until it was sent.
const LIFETIME = 30 * 24 * 3600 * 1000;
const KEPT = "input:not([type=hidden]):not([type=password]):not([type=file]), textarea, select";

document.querySelector("[data-focus]")?.focus();

for (const form of document.querySelectorAll("form[method=post]")) {
  let changed = false;
  let sent = false;

  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    // The pressed button's own name and value must still travel: disable only after the browser has read the form.
    setTimeout(() => setBusy(form, true));
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      sent = false;
      setBusy(form, false);
    }
  });
  form.addEventListener("input", () => (changed = true));
  if ("warn" in form.dataset) {
    addEventListener("beforeunload", (event) => {
      if (changed && !sent) event.preventDefault();
    });
  }
  if (form.dataset.draft) keepDraft(form, `obs-draft:${form.dataset.draft}`);
}

function setBusy(form, busy) {
  for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = busy;
}

function fields(form) {
  return [...form.querySelectorAll(KEPT)].filter((field) => field.name);
}

function read(form) {
  return fields(form).map((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    return field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
  });
}

function write(form, values) {
  fields(form).forEach((field, i) => {
    if (field.type === "checkbox" || field.type === "radio") field.checked = values[i];
    else if (field.multiple) for (const option of field.options) option.selected = values[i].includes(option.value);
    else field.value = values[i];
  });
}

function keepDraft(form, key) {
  const names = fields(form).map((field) => field.name).join();
  const store = (draft) => {
    try {
      if (draft) localStorage.setItem(key, JSON.stringify(draft));
      else localStorage.removeItem(key);
    } catch { /* storage is full or forbidden: the form works without drafts */ }
  };
  const stored = () => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };

  let timer;
  let sent = false;
  const save = () => store({ names, values: read(form), at: Date.now(), sent });
  form.addEventListener("input", () => {
    sent = false;
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    sent = navigator.onLine; // what leaves without a connection does not arrive
    save();
  });

  // A draft marked as sent is dropped when the form is opened anew; after "back" or "reload" the sending may have failed.
  const draft = stored();
  const opened = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  const refused = form.querySelector(".bad") || document.querySelector(".error-summary, .conflict");
  if (!draft || refused) return;
  const useless = draft.names !== names || Date.now() - draft.at > LIFETIME || (draft.sent && opened);
  if (useless || JSON.stringify(draft.values) === JSON.stringify(read(form))) return store(null);

  const offer = form.querySelector("[data-draft-offer]");
  if (!offer) return;
  offer.querySelector("[data-draft-time]").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
  offer.querySelector("[data-draft-take]").addEventListener("click", () => {
    write(form, draft.values);
    offer.hidden = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  offer.querySelector("[data-draft-drop]").addEventListener("click", () => {
    store(null);
    offer.hidden = true;
  });
  offer.hidden = false;
}
