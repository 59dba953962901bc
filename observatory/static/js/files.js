// On pages where files are sent and photographs covered. Both work without it.
const LARGE = 1_500_000;
const LONGEST = 2400;

const sending = document.querySelector("form[data-files]");
if (sending) {
  const input = sending.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover"]) {
    addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      sending.classList.add("over");
    });
  }
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) sending.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    sending.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });

  // Large photographs are shrunk before they are sent: a phone's connection carries a tenth.
  const note = sending.querySelector("[data-shrinking]");
  let shrinking = Promise.resolve();
  let ready = true;
  input.addEventListener("change", () => {
    ready = false;
    note.hidden = false;
    shrinking = shrink(input).catch(() => {}).then(() => (ready = note.hidden = true));
  });
  sending.addEventListener("submit", (event) => {
    if (ready) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    shrinking.then(() => sending.requestSubmit(button));
  }, true);
}

async function shrink(input) {
  const files = new DataTransfer();
  let smaller = false;
  for (const file of input.files) {
    const shrunk = file.size > LARGE && /^image\/(jpeg|png|webp)$/.test(file.type) ? await drawn(file) : null;
    if (shrunk && shrunk.size < file.size) smaller = true;
    files.items.add(shrunk && shrunk.size < file.size ? shrunk : file);
  }
  if (smaller) input.files = files.files;
}

async function drawn(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
  return blob && new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

// Covering by drawing over the squares with a mouse or pen; a finger taps them one by one, and can still scroll.
const cover = document.querySelector("[data-cover]");
if (cover) {
  let painting = null;
  cover.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || !event.target.matches("input")) return;
    painting = !event.target.checked;
    event.target.checked = painting;
    event.preventDefault();
  });
  cover.addEventListener("pointerover", (event) => {
    if (painting !== null && event.buttons && event.target.matches("input")) event.target.checked = painting;
  });
  addEventListener("pointerup", () => (painting = null));
  cover.addEventListener("click", (event) => {
    if (event.detail && event.pointerType && event.pointerType !== "touch") event.preventDefault();
  });
}
