// Forms: no double submit, and the first error in view. A form that fails or comes back from history is usable again.
const pause = (form, busy) => {
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    if (busy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
  form.toggleAttribute("data-sent", busy);
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  pause(form, true);
  setTimeout(() => pause(form, false), 15_000); // an answer that never came must not trap anybody
}, true);

const ownForm = (event) => event.detail.elt?.closest?.("form");
document.addEventListener("htmx:afterRequest", (event) => {
  const form = ownForm(event);
  if (form) pause(form, false);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-sent]")) pause(form, false);
});

const summary = "[data-error-summary]";
document.querySelector(summary)?.focus();
document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.requestConfig?.verb === "post" && event.detail.elt;
  if (swapped) (swapped.querySelector(summary) ?? swapped.querySelector("[aria-invalid=true]"))?.focus();
});

// Selects marked so send their form at once; without script the form's own button does it.
document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// The stepper's buttons turn its number field, which works alone without script.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  if (Number(button.dataset.step) > 0) input.stepUp();
  else input.stepDown();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// A menu closes on Escape and when somebody leaves it.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
