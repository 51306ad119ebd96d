// <exo-calendar>: draws a range calendar that fills two date fields. The fields stay: they are the form without
// script, and what is typed there shows here. Taken days cannot be chosen, nor a range across one.
const DAY = 86_400_000;
const iso = (date) => date.toISOString().slice(0, 10);
const words = (day, lang) => new Intl.DateTimeFormat(lang, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));

class Calendar extends HTMLElement {
  connectedCallback() {
    // The calendar's code is fetched when it comes near: the photographs and the price come first.
    this.near = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.begin();
    }, { rootMargin: "600px" });
    this.near.observe(this);
  }

  disconnectedCallback() {
    this.near.disconnect();
    for (const field of [this.start, this.end]) field?.removeEventListener("change", this.reread);
  }

  async begin() {
    this.near.disconnect();
    if (this.range) return;
    this.start = document.getElementById(this.dataset.start);
    this.end = document.getElementById(this.dataset.end);
    if (!this.start || !this.end) return;
    this.taken = new Set(this.dataset.taken.split(" "));
    this.partly = new Set(this.dataset.partly.split(" "));
    await import(this.dataset.cally);
    this.draw();
    this.read();
    this.reread = () => this.read();
    for (const field of [this.start, this.end]) field.addEventListener("change", this.reread);
  }

  draw() {
    const wide = matchMedia("(min-width: 48rem)").matches;
    this.range = document.createElement("calendar-range");
    Object.assign(this.range, {
      months: wide ? 2 : 1, min: this.dataset.min, max: this.dataset.max, locale: document.documentElement.lang,
      isDateDisallowed: (date) => this.closed(date), getDayParts: (date) => this.parts(date),
    });
    this.range.setAttribute("aria-label", this.dataset.label);
    const months = document.createElement("div");
    months.className = "calendar-months";
    for (let offset = 0; offset < this.range.months; offset += 1) {
      const month = document.createElement("calendar-month");
      month.offset = offset;
      months.append(month);
    }
    this.range.append(this.querySelector("template").content.cloneNode(true));
    this.range.append(months);
    this.range.addEventListener("rangestart", (event) => this.opened(event.detail));
    this.range.addEventListener("rangeend", () => this.limit());
    this.range.addEventListener("change", () => this.write());
    this.querySelector("[data-calendar]").replaceChildren(this.range);
  }

  closed(date) {
    const day = iso(date);
    return this.taken.has(day) || day < (this.low ?? "") || day > (this.high ?? "9999");
  }

  parts(date) {
    const day = iso(date);
    return [this.taken.has(day) && "taken", this.partly.has(day) && "partly"].filter(Boolean).join(" ");
  }

  // Once a first day is chosen, the last one lies before the next taken day.
  opened(date) {
    const end = (step, stop) => {
      let at = date.getTime();
      while (at !== stop && !this.taken.has(iso(new Date(at + step)))) at += step;
      return iso(new Date(at));
    };
    this.limit(
      end(-DAY, Math.min(date.getTime(), Date.parse(this.dataset.min))),
      end(DAY, Math.max(date.getTime(), Date.parse(this.dataset.max))),
    );
    this.say(this.dataset.return);
  }

  limit(low, high) {
    Object.assign(this, { low, high });
    this.range.isDateDisallowed = (date) => this.closed(date);
  }

  read() {
    const [start, end] = [this.start.value, this.end.value];
    if (start && end && start <= end) {
      this.range.value = `${start}/${end}`;
      this.range.focusedDate = start;
      this.tell(start, end);
    }
  }

  write() {
    const [start, end] = this.range.value.split("/");
    Object.assign(this.start, { value: start });
    Object.assign(this.end, { value: end });
    this.tell(start, end);
    this.end.dispatchEvent(new Event("input", { bubbles: true }));
    this.end.dispatchEvent(new Event("change", { bubbles: true }));
  }

  tell(start, end) {
    const lang = document.documentElement.lang;
    this.say(this.dataset.done.replace("{start}", words(start, lang)).replace("{end}", words(end, lang)));
  }

  say(text) {
    this.querySelector("[data-said]").textContent = text;
  }
}

customElements.define("exo-calendar", Calendar);
