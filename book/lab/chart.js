// The curves of a race: test accuracy above, error below, over the number of examples that were learned from.
import { html, svg } from "./dom.js";
import { accuracyScale, errorScale, errorTicks, examplesScale, frameAt } from "./scales.js";
import { SIGMOIDS, count, number, percent } from "./words.js";

const [WIDE, NARROW] = [700, 400];
const [LEFT, RIGHT] = [52, 12];
const ACCURACY = { top: 14, height: 230 };
const ERROR = { top: 274, height: 92 };
const HEIGHT = 404;
const ACCURACIES = [0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99];

/** The chart of a race, and how it is kept up to date. */
export class Chart {
  /** `entrants` have a `label`, a `colour` (a class), `frames`, and the `record` of their step. */
  constructor(entrants, iteration, isNarrow) {
    this.entrants = entrants;
    this.width = isNarrow ? NARROW : WIDE;
    this.iteration = iteration; // examples in one
    this.picture = svg("svg", { viewBox: `0 0 ${this.width} ${HEIGHT}`, role: "img", "aria-label": "No curves yet." });
    this.legend = html(
      "div",
      { class: "legend" },
      entrants.map(({ label, colour }) =>
        html(
          "span",
          {},
          svg(
            "svg",
            { viewBox: "0 0 32 8", class: colour, "aria-hidden": "true" },
            svg("path", { class: "line", d: "M0 4H32" }),
          ),
          " ",
          html("code", {}, label),
        ),
      ),
    );
    this.figure = html("figure", { class: "chart lab-chart" }, this.legend, this.picture);
    this.most = Math.max(...entrants.map(({ iterations }) => iterations)) * iteration;
    this.errors = [0.001, 1];
    this.draw();
  }

  x(examples) {
    return LEFT + this.across(examples) * (this.width - LEFT - RIGHT);
  }

  /** Draws everything anew, as the axes may have changed. */
  draw() {
    this.across = examplesScale(this.most);
    const errors = this.entrants
      .flatMap(({ frames, record }) => [...frames.map(({ error }) => error), ...(record?.errors ?? []).flat()])
      .filter((error) => error > 0);
    if (errors.length) this.errors = [Math.min(...errors), Math.max(...errors)];
    this.down = errorScale(...this.errors);
    this.lines = this.entrants.map((entrant) => ({
      accuracy: svg("path", { class: `line ${entrant.colour}` }),
      error: svg("path", { class: `line ${entrant.colour}` }),
      dot: svg("circle", { class: `point ${entrant.colour}`, r: 4.5, visibility: "hidden" }),
    }));
    this.playhead = svg("path", { class: "playhead", d: "" });
    this.picture.replaceChildren(
      ...this.axes(),
      ...this.entrants.flatMap((entrant) => this.bands(entrant)),
      ...this.lines.flatMap(({ accuracy, error }) => [accuracy, error]),
      this.playhead,
      ...this.lines.map(({ dot }) => dot),
    );
    this.update();
  }

  y(accuracy) {
    return ACCURACY.top + ACCURACY.height * (1 - accuracyScale(accuracy));
  }

  z(error) {
    return ERROR.top + ERROR.height * (1 - this.down(error));
  }

  axes() {
    const text = (x, y, anchor, ...content) => svg("text", { x, y, "text-anchor": anchor }, ...content);
    const across = (y) => svg("path", { class: "grid", d: `M${LEFT} ${y}H${this.width - RIGHT}` });
    const accuracies = ACCURACIES.flatMap((accuracy) => {
      const y = this.y(accuracy);
      return [across(y), text(LEFT - 6, y + 4, "end", `${Math.round(100 * accuracy)} %`)];
    });
    const errors = errorTicks(...this.errors).flatMap((error) => {
      const y = this.z(error);
      return [across(y), text(LEFT - 6, y + 4, "end", number(error))];
    });
    const bottom = ERROR.top + ERROR.height;
    const isNarrow = this.width === NARROW;
    const iterations = (isNarrow ? [1, 100] : [1, 10, 100]).map((iteration) => iteration * this.iteration);
    const ticks = [...(isNarrow ? [0, 10] : [0, 1, 10, 100]), ...iterations]
      .filter((examples) => examples <= this.most)
      .flatMap((examples) => {
        const [x, end] = [this.x(examples), examples > this.most * 0.7];
        return [
          svg("path", {
            class: "grid",
            d: `M${x} ${ACCURACY.top}V${ACCURACY.top + ACCURACY.height}M${x} ${ERROR.top}V${bottom}`,
          }),
          text(x, bottom + 15, end ? "end" : "middle", count(examples)),
        ];
      });
    const first = this.x(this.iteration);
    return [
      ...accuracies,
      ...errors,
      across(bottom),
      ...ticks,
      text(first - 6, ACCURACY.top + 12, "end", "first iteration"),
      text(LEFT, 10, "start", "test accuracy"),
      text(LEFT, ERROR.top - 8, "start", "error over the training set"),
      text((LEFT + this.width) / 2, HEIGHT - 5, "middle", "examples learned from"),
    ];
  }

  bands({ record, colour }) {
    if (!record || this.entrants.length > 2) return []; // too many to be told apart
    const band = (values, y) => {
      const point =
        (at) =>
        ([low, high], index) =>
          `${this.x((index + 1) * this.iteration).toFixed(1)} ${y(at ? high : low).toFixed(1)}`;
      const shown = values.slice(0, Math.floor(this.most / this.iteration));
      if (shown.length < 2) return [];
      const outline = [...shown.map(point(1)), ...shown.map(point(0)).reverse()];
      return [svg("path", { class: `band ${colour}`, d: `M${outline.join("L")}Z` })];
    };
    return [
      ...band(record.accuracies, (accuracy) => this.y(accuracy)),
      ...band(record.errors, (error) => this.z(error)),
    ];
  }

  /** Draws the curves as far as they go. */
  update() {
    const beyond = ({ error }) => error > 0 && (error < this.errors[0] || error > this.errors[1]);
    if (this.entrants.some(({ frames }) => frames.some(beyond))) return this.draw();
    this.entrants.forEach(({ frames }, index) => {
      const path = (points) => (points.length ? `M${points.join("L")}` : "");
      const place = (examples, y) => `${this.x(examples).toFixed(1)} ${y.toFixed(1)}`;
      const measured = frames.filter(({ error }) => error > 0);
      this.lines[index].accuracy.setAttribute(
        "d",
        path(frames.map((frame) => place(frame.examples, this.y(frame.right / frame.tests)))),
      );
      this.lines[index].error.setAttribute(
        "d",
        path(measured.map((frame) => place(frame.examples, this.z(frame.error)))),
      );
    });
    this.describe();
  }

  /** What a reader of the chart has to know. */
  caption() {
    const sigmoids = new Set(this.entrants.map(({ step }) => SIGMOIDS.includes(step)));
    return [
      this.entrants.length > 2
        ? ""
        : "The bands reach from the least to the most of the recorded seeds, with each step’s own settings. ",
      "Each equal step up the axis of accuracy halves the mistakes.",
      sigmoids.size > 1
        ? " The error of the first two steps is half the sum of squares, that of the others the cross-entropy."
        : "",
    ].join("");
  }

  /** Shows a moment: a line through all curves, and a dot on each. */
  show(examples) {
    const x = this.x(examples);
    const bottom = ERROR.top + ERROR.height;
    this.playhead.setAttribute("d", `M${x} ${ACCURACY.top}V${bottom}`);
    this.entrants.forEach(({ frames }, index) => {
      const frame = frames[frameAt(frames, examples)];
      const { dot } = this.lines[index];
      dot.setAttribute("visibility", frame ? "visible" : "hidden");
      if (frame) {
        dot.setAttribute("cx", this.x(frame.examples));
        dot.setAttribute("cy", this.y(frame.right / frame.tests));
      }
    });
  }

  describe() {
    const each = this.entrants
      .filter(({ frames }) => frames.length)
      .map(({ label, frames }) => {
        const { right, tests, iteration } = frames.at(-1);
        return `${label}: ${percent(right / tests)} after ${iteration} iterations`;
      });
    if (each.length) this.picture.setAttribute("aria-label", `Curves of test accuracy and error. ${each.join("; ")}.`);
  }
}
