// Closes an open menu on Escape or on a click elsewhere.
const closeMenus = (keep) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(keep)) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
