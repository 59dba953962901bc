// Remembers an explicit choice of language for a year, so that links without ?lang= keep it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-language]");
  if (link) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `obs_lang=${link.dataset.language}; Max-Age=31536000; Path=/; SameSite=Lax${secure}`;
  }
});
