// Parts of a page that are asked for again and again: what htmx brings is compared with what is there, and only the
// differences are put in. Nothing flickers, and what is open, chosen or focused stays. A hidden tab asks for nothing.
const stopped = new Set();

function attributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !(name === "open" && from.matches("details, dialog"))) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
}

function alike(from, to) {
  return from.nodeType === to.nodeType && from.nodeName === to.nodeName && (from.id ?? "") === (to.id ?? "");
}

function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  if (from === document.activeElement && from.matches("input, select, textarea")) return; // somebody types
  attributes(from, to);
  children(from, to);
}

function children(from, to) {
  const wanted = [...to.childNodes];
  let here = from.firstChild;
  for (const node of wanted) {
    // What has gone is passed over where one further down is meant.
    let match = here;
    while (match && !alike(match, node)) match = match.nextSibling;
    if (!match) {
      from.insertBefore(node, here);
      continue;
    }
    while (here !== match) {
      const gone = here;
      here = here.nextSibling;
      gone.remove();
    }
    here = match.nextSibling;
    morph(match, node);
  }
  while (here) {
    const gone = here;
    here = here.nextSibling;
    gone.remove();
  }
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  if (part.matches("[data-live]") && (document.hidden || stopped.has(part.id) || "ended" in part.dataset)) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  if (!part.matches("[data-live]") || !event.detail.shouldSwap) return;
  event.detail.shouldSwap = false;
  const fresh = document.createElement("template");
  fresh.innerHTML = event.detail.serverResponse;
  children(part, fresh.content);
  if (part.querySelector("[data-over]")) part.dataset.ended = "";
});

// A look that fails is tried again in a moment: no message for each.
for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(kind, (event) => {
    if (event.detail.elt.matches("[data-live]")) event.stopImmediatePropagation();
  }, { capture: true });
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-live-stop]");
  if (!button) return;
  const id = button.dataset.liveStop;
  const stop = !stopped.delete(id);
  if (stop) stopped.add(id);
  button.setAttribute("aria-pressed", String(stop));
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-live]")) window.htmx?.trigger(part, "look");
});
