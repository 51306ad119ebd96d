// Short messages in the live region: from the server by `HX-Trigger: {"toast": {"message": "…"}}`, and when a
// request failed. The words come from the region's data attributes, so that they are translated.
const region = document.querySelector("[data-toasts]");
const template = document.querySelector("#toast-template");

function show(message, seconds = 8) {
  if (!message) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = message;
  const leave = () => toast.remove();
  toast.querySelector("button").addEventListener("click", leave);
  let timer = setTimeout(leave, seconds * 1000);
  for (const kind of ["pointerenter", "focusin"]) toast.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) {
    toast.addEventListener(kind, () => {
      timer = setTimeout(leave, seconds * 1000);
    });
  }
  region.append(toast);
}

document.addEventListener("toast", (event) => show(event.detail.message ?? event.detail.value));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Trigger")?.includes("toast")) return;
  show(event.detail.xhr.status === 429 ? region.dataset.limited : region.dataset.failed);
});
for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(kind, () => show(region.dataset.offline));
}
