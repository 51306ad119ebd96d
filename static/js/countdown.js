// <exo-countdown>: how long the hold lasts, by the server's clock (the visitor's may be wrong). Spoken at five, two
// and one minute; the offer of more time opens two minutes ahead; at zero the page asks the server what is true.
const SPOKEN = [5, 2, 1];
const OFFER_SECONDS = 120;
const known = new Map(); // what was said and offered for a deadline, since the part may be replaced by htmx meanwhile

// Nothing takes the place of a part in which the offer stands open.
document.addEventListener("htmx:beforeRequest", (event) => {
  const dialog = document.querySelector("[data-offer][open]");
  const from = event.detail.elt;
  if (dialog && from !== dialog.parentElement && !dialog.contains(from) && from.contains(dialog)) event.preventDefault();
});

class Countdown extends HTMLElement {
  connectedCallback() {
    this.skew = Date.parse(this.dataset.now) - Date.now();
    this.until = Date.parse(this.dataset.until);
    this.memory = known.get(this.until) ?? { left: this.seconds() };
    known.set(this.until, this.memory);
    this.left = this.seconds();
    this.grace = this.left > 0 ? 1500 : 15_000; // a page that comes over already must not reload at once, again and again
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
    this.awake = () => this.tick();
    document.addEventListener("visibilitychange", this.awake);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.awake);
  }

  seconds() {
    return Math.max(0, Math.ceil((this.until - Date.now() - this.skew) / 1000));
  }

  tick() {
    const before = this.memory.left;
    this.left = this.memory.left = this.seconds();
    const passed = (mark) => before > mark && this.left <= mark;
    this.querySelector("[data-clock]").textContent = `${Math.floor(this.left / 60)}:${String(this.left % 60).padStart(2, "0")}`;
    this.classList.toggle("is-late", this.left <= OFFER_SECONDS);
    const minutes = SPOKEN.find((mark) => passed(mark * 60));
    if (minutes) {
      const text = minutes === 1 ? this.dataset.saidOne : this.dataset.said;
      document.querySelector("[data-announce]").textContent = text.replace("{minutes}", minutes);
    }
    if (this.left > 0 && this.left <= OFFER_SECONDS) this.offer();
    if (this.left === 0 && !this.over) this.finish();
  }

  offer() {
    const dialog = this.querySelector("[data-offer]");
    if (!dialog || this.memory.answered || document.querySelector("dialog[open]")) return;
    dialog.addEventListener("close", () => { this.memory.answered = true; }, { once: true });
    dialog.showModal();
  }

  finish() {
    this.over = true;
    clearInterval(this.timer);
    this.querySelector("[data-offer]")?.close();
    const ask = () => window.htmx.trigger(this, "hold-expired");
    if (window.htmx && this.hasAttribute("hx-get")) setTimeout(ask, this.grace);
    else setTimeout(() => location.reload(), this.grace);
  }
}

customElements.define("exo-countdown", Countdown);
