// The staff portal: what was done becomes a toast, and questions open in place. Without script both are on the page.
for (const notice of document.querySelectorAll("[data-flash]")) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { message: notice.textContent.trim() } }));
  notice.remove();
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  if (event.target.closest("[data-closes]") || event.target.matches("dialog.dialog")) {
    event.target.closest("dialog").close();
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  let said = button.dataset.copied;
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // Not allowed, or no secure connection: the reader's own keys can do it.
    getSelection().selectAllChildren(source);
    said = button.dataset.selected;
  }
  document.dispatchEvent(new CustomEvent("toast", { detail: { message: said } }));
});
