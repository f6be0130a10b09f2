// A pad to draw a digit on, and what every step says of it. The drawing is points until Rust makes an image of them:
// the canvas is never read back.
import { html } from "./dom.js";
import { isDark, picture } from "./pictures.js";
import { Strokes } from "./strokes.js";
import { Trainer, loadNetwork, openModule } from "./trainer.js";
import { SIGMOIDS, number, percent } from "./words.js";

/** Width of the pens, in pixels of MNIST; the middle one is that of most of its digits. */
const PENS = { thin: 1.6, normal: 2.4, thick: 3.6 };

/** The pad within an element. */
export class Pad {
  /** `networks` are the addresses of the networks. */
  constructor(element, data, networks) {
    this.element = element;
    this.data = data;
    this.networks = networks;
  }

  say(text) {
    this.element.say(text);
  }

  stop() {
    this.trainer?.end();
  }

  async open() {
    this.trainer = new Trainer(await openModule(this.data));
    await this.trainer.opened;
    this.build();
    for (const address of this.networks) {
      const { step, bytes } = await loadNetwork(address);
      const right = await this.trainer.call("reader", bytes);
      this.add(step, right);
      this.changed();
    }
    this.say(
      "Draw with a finger, a pen or a mouse; or with the arrow keys: the space bar puts the pen down and lifts it.",
    );
    this.canvas.focus({ preventScroll: true });
  }

  build() {
    this.strokes = new Strokes();
    this.rows = [];
    const point = ({ clientX, clientY }) => {
      const { left, top, width, height } = this.canvas.getBoundingClientRect();
      return [(clientX - left) / width, (clientY - top) / height];
    };
    const end = () => {
      if (!this.strokes.isDown) return;
      this.strokes.end();
      this.changed();
    };
    this.canvas = html("canvas", {
      class: "lab-pad",
      tabindex: 0,
      role: "application",
      "aria-label": "pad: arrows move the pen, space puts it down or lifts it, Escape clears",
      pointerdown: (event) => {
        if (event.button !== 0 || !event.isPrimary) return;
        this.canvas.setPointerCapture(event.pointerId);
        this.strokes.begin(...point(event));
        this.changed();
      },
      pointermove: (event) => {
        if (!this.strokes.isDown || !event.isPrimary) return;
        const events = event.getCoalescedEvents?.() ?? [];
        for (const each of events.length ? events : [event]) this.strokes.move(...point(each));
        this.changed();
      },
      pointerup: end,
      pointercancel: end,
      lostpointercapture: end,
      keydown: (event) => {
        const words = this.strokes.key(event.key);
        if (words === null) return;
        event.preventDefault();
        this.say(words);
        this.changed();
      },
    });
    this.pen = html(
      "select",
      { change: () => this.changed() },
      Object.keys(PENS).map((name) => html("option", { selected: name === "normal" }, name)),
    );
    this.seen = html("div", { class: "lab-seen" });
    this.body = html("tbody", {});
    const clear = () => {
      this.strokes.clear();
      this.changed();
      this.say("Cleared.");
    };
    this.element.invitation.replaceWith(
      html(
        "div",
        { class: "lab-drawing" },
        html(
          "div",
          {},
          this.canvas,
          html(
            "p",
            { class: "lab-bar" },
            html("button", { type: "button", click: clear }, "Clear"),
            html("label", {}, "pen ", this.pen),
          ),
        ),
        html("div", {}, html("p", { class: "lab-note" }, "As the networks see it:"), this.seen),
        html(
          "div",
          { class: "wide" },
          html(
            "table",
            { class: "results" },
            html(
              "thead",
              {},
              html(
                "tr",
                {},
                ["step", "says", "how sure", "second", "MNIST"].map((name) => html("th", { scope: "col" }, name)),
              ),
            ),
            this.body,
          ),
        ),
      ),
    );
  }

  add(step, right) {
    const cells = {
      says: html("td", { class: "lab-says" }),
      sure: html("td", {}),
      second: html("td", { class: "number" }),
    };
    this.rows.push({ step, ...cells });
    this.body.append(
      html(
        "tr",
        {},
        html("th", { scope: "row" }, html("code", {}, step)),
        cells.says,
        cells.sure,
        cells.second,
        html("td", { class: "number" }, percent(right / 10000)),
      ),
    );
  }

  /** Draws, and asks the networks: again, if something has changed while they answered. */
  async changed() {
    this.draw();
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    do {
      this.again = false;
      const { image, answers } = await this.trainer.call("read", this.strokes.all, PENS[this.pen.value]);
      this.tell(image, answers);
    } while (this.again);
    this.asking = false;
  }

  tell(image, answers) {
    this.seen.replaceChildren(
      image.length
        ? picture(
            Array.from(image, (byte) => byte / 255),
            "the drawing in 28 by 28 pixels",
            isDark(),
          )
        : "",
    );
    const said = this.rows.map(({ step, says, sure, second }, index) => {
      const outputs = Array.from(answers[index] ?? []);
      const order = outputs.map((_, digit) => digit).sort((a, b) => outputs[b] - outputs[a]);
      if (!order.length) {
        for (const cell of [says, sure, second]) cell.replaceChildren("");
        return null;
      }
      const [first, next] = order;
      const text = SIGMOIDS.includes(step) ? number(outputs[first]) : percent(outputs[first]);
      says.replaceChildren(String(first));
      sure.replaceChildren(
        html("div", { class: "lab-meter" }, html("span", { style: `width: ${Math.min(100, 100 * outputs[first])}%` })),
        text,
      );
      second.replaceChildren(outputs[next] > 0.005 ? String(next) : "");
      return first;
    });
    if (this.strokes.isDown) return;
    if (said.length && said.every((digit) => digit !== null)) {
      const counts = said.reduce((all, digit) => all.set(digit, (all.get(digit) ?? 0) + 1), new Map());
      const votes = [...counts].sort(([, a], [, b]) => b - a).map(([digit, votes_]) => `${votes_} say ${digit}`);
      this.say(`Of ${said.length} networks, ${votes.join(", ")}.`);
    } else if (this.strokes.all.length) this.say("That is too little to be a digit.");
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    const side = Math.round(this.canvas.clientWidth * ratio);
    if (this.canvas.width !== side) [this.canvas.width, this.canvas.height] = [side, side];
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, side, side);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = (PENS[this.pen.value] / 26) * side;
    context.strokeStyle = getComputedStyle(this.canvas).color;
    for (const stroke of this.strokes.all) {
      context.beginPath();
      stroke.forEach(([x, y], index) => context[index ? "lineTo" : "moveTo"](x * side, y * side));
      if (stroke.length === 1) context.lineTo(stroke[0][0] * side, stroke[0][1] * side);
      context.stroke();
    }
    if (document.activeElement !== this.canvas || !this.canvas.matches(":focus-visible")) return;
    const [x, y] = this.strokes.pen;
    context.lineWidth = 2 * ratio;
    context.beginPath();
    context.arc(x * side, y * side, 7 * ratio, 0, 2 * Math.PI);
    context.stroke();
  }
}
