// <step-lab step="momentum"> and <digit-pad> before the first click: an invitation. The rest is loaded then.
import { html, keepArrows } from "./dom.js";
import { handedOver, missing } from "./loading.js";
import { fromQuery, inWords } from "./setup.js";

/** The script of the page, which knows where the rest is. */
const SCRIPT = document.currentScript;

/** An element that becomes what it promises when its button is clicked. */
class Invitation extends HTMLElement {
  /** Shows a button, and `words` beside it. */
  invite(name, button, words) {
    this.status = html("p", { class: "lab-status", role: "status" });
    this.start = html("button", { type: "button", class: "lab-main", click: () => this.open() }, button);
    this.invitation = html("div", { class: "lab-invitation" }, this.start, html("p", {}, words));
    const attributes = { class: "lab", "aria-label": name, keydown: keepArrows };
    this.lab = html("section", attributes, this.invitation, this.status);
    this.append(this.lab);
  }

  disconnectedCallback() {
    this.content?.stop();
  }

  /** Tells a sentence, if it is a new one. */
  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  async open() {
    const lacking = missing();
    if (lacking) return this.say(`This browser lacks ${lacking}, which the lab needs.`);
    this.start.disabled = true;
    this.say("Loading …");
    try {
      await this.become(await handedOver(new URL(SCRIPT.dataset.payload, SCRIPT.src)));
    } catch (error) {
      this.start.disabled = false;
      this.say(error.message);
    }
  }
}

class StepLab extends Invitation {
  connectedCallback() {
    if (this.lab) return;
    this.step = this.getAttribute("step");
    this.wanted = fromQuery(location.search, this.step);
    const asked = this.wanted ? ` The address asks for ${inWords(this.wanted)}.` : "";
    if (this.step === "all") {
      this.invite("the lab of all steps", "Let all steps race", `All steps learn the digits, in this page.${asked}`);
    } else {
      const words = "The step learns the digits in this page. Watch it, go back in time, look into it, break it.";
      this.invite(`the lab of ${this.step}`, "Train it here", words + asked);
    }
    if (this.wanted) requestAnimationFrame(() => this.lab.scrollIntoView({ block: "center" }));
  }

  become({ Lab, data }) {
    this.content = new Lab(this, data);
    return this.content.open();
  }
}

class DigitPad extends Invitation {
  connectedCallback() {
    if (this.lab) return;
    const words =
      "A network of each step, which has learned MNIST, says what it is. They are loaded then: about 1.5 MB.";
    this.invite("a pad to draw digits on", "Draw a digit", words);
  }

  become({ Pad, data }) {
    const networks = SCRIPT.dataset.networks.split(" ").map((file) => new URL(file, SCRIPT.src));
    this.content = new Pad(this, data, networks);
    return this.content.open();
  }
}

customElements.define("step-lab", StepLab);
customElements.define("digit-pad", DigitPad);
