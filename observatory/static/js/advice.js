// On the form of a draft: what is vague or missing, and what may be the same, while one writes.
const advised = document.querySelector("form[data-advice]");
const here = advised?.querySelector("[data-advice-here]");
if (here) {
  const names = ["title", "expected_result", "nature", "accountable_id", "oversight_id"];
  let timer, asking;
  advised.addEventListener("input", (event) => {
    if (!names.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 900);
  });
  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const values = new FormData(advised);
    const url = new URL(advised.dataset.advice, location);
    for (const name of names) url.searchParams.set(name, (values.get(name) ?? "").slice(0, 1000));
    url.searchParams.set("besides", location.pathname.match(/\d+/)?.[0] ?? "");
    url.searchParams.set("lang", document.documentElement.lang);
    try {
      const answer = await fetch(url, { signal: asking.signal });
      if (!answer.ok) return;
      here.innerHTML = await answer.text();
      here.hidden = !here.textContent.trim();
    } catch { /* no connection: the page of the draft says the same */ }
  }
}
