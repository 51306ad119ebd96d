// <exo-gallery>: the track scrolls and snaps by itself; this adds buttons, a counter and the mark on the thumbnails.
class Gallery extends HTMLElement {
  connectedCallback() {
    this.track = this.querySelector("[data-track]");
    this.slides = [...this.track.children];
    this.links = [...this.querySelectorAll(".thumbs a")];
    this.counter = this.querySelector("[data-count]");
    this.seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) this.show(this.slides.indexOf(entry.target));
    }, { root: this.track, threshold: 0.6 });
    for (const slide of this.slides) this.seen.observe(slide);
    this.addEventListener("click", (event) => this.click(event));
    this.track.addEventListener("keydown", (event) => this.key(event));
    this.show(0);
  }

  disconnectedCallback() {
    this.seen?.disconnect();
  }

  show(index) {
    this.index = index;
    if (this.counter) {
      this.counter.textContent = this.counter.dataset.count
        .replace("{number}", index + 1).replace("{total}", this.slides.length);
    }
    this.links.forEach((link, at) => link.toggleAttribute("aria-current", at === index));
    this.links[index]?.setAttribute("aria-current", "true");
  }

  go(index) {
    const at = (index + this.slides.length) % this.slides.length;
    this.track.scrollTo({ left: this.slides[at].offsetLeft - this.slides[0].offsetLeft });
  }

  click(event) {
    const turn = event.target.closest("[data-turn]");
    const link = event.target.closest(".thumbs a");
    if (turn) this.go(this.index + Number(turn.dataset.turn));
    if (link) {
      event.preventDefault();
      this.go(this.links.indexOf(link));
    }
  }

  key(event) {
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (turn) {
      event.preventDefault();
      this.go(this.index + turn);
    }
  }
}

customElements.define("exo-gallery", Gallery);
