// The weights of all hidden units, a tile for each, as they were in a moment of the training.
import { html } from "./dom.js";
import { SIDE, isDark, paintWeights } from "./pictures.js";
import { number, percent } from "./words.js";

/** From which part of the test digits on a unit counts as saturated, and below which range of answers as silent. */
const [SATURATED, SILENT] = [0.9, 0.05];

/** The panel. `chosen` is told of the unit that the reader picks. */
export class Tiles {
  constructor(chosen) {
    this.chosen = chosen;
    this.unit = 0;
    this.tiles = [];
    this.grid = html("div", {
      class: "lab-tiles",
      role: "listbox",
      "aria-label": "hidden units",
      keydown: (event) => this.key(event),
    });
    this.difference = html("input", { type: "checkbox", change: () => this.redraw() });
    this.scale = html("span", { class: "lab-scale" });
    this.note = html("p", { class: "lab-note" });
    this.element = html(
      "details",
      { class: "lab-panel" },
      html("summary", {}, "Weights: what each hidden unit looks for"),
      html(
        "p",
        { class: "lab-note" },
        "A tile for each unit, a square for each of the 8 × 8 pixels. ",
        html("span", { class: "lab-key saturated" }, "dashed"),
        " is saturated: the slope is nearly 0 for 9 of 10 test digits. ",
        html("span", { class: "lab-key silent" }, "crossed out"),
        " is silent: it says nearly the same to all.",
      ),
      html("p", {}, this.scale, " ", html("label", {}, this.difference, " only what has changed since the start")),
      this.grid,
      this.note,
    );
  }

  /** Paints the weights of a film in a frame. Cheap enough for each moment that is played. */
  paint(entrant, frame) {
    if (!this.element.open || !entrant.weights[frame]) return;
    const units = entrant.weights[frame].length / (SIDE * SIDE + 1);
    if (this.tiles.length !== units) this.build(units);
    if (this.film !== entrant || this.frames !== entrant.weights.length) {
      [this.film, this.frames] = [entrant, entrant.weights.length];
    }
    this.at = frame;
    const [weights, start] = [entrant.weights[frame], entrant.weights[0]];
    const most = this.most(entrant, units);
    this.scale.textContent = `Orange −${number(most)}, blue +${number(most)}.`;
    const [dark, values] = [isDark(), new Float32Array(SIDE * SIDE)];
    this.tiles.forEach(({ canvas }, unit) => {
      for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
        const place = pixel * units + unit;
        values[pixel] = (weights[place] - (this.difference.checked ? start[place] : 0)) / most;
      }
      paintWeights(canvas, values, dark);
    });
  }

  /** The largest size of a weight, or of a change, over the last frame and the first: the end of the colours. */
  most(entrant, units) {
    const [first, last] = [entrant.weights[0], entrant.weights.findLast((weights) => weights.every(Number.isFinite))];
    let most = 1e-9;
    for (let place = 0; place < SIDE * SIDE * units; place++) {
      const size = this.difference.checked
        ? Math.abs(last[place] - first[place])
        : Math.max(Math.abs(last[place]), Math.abs(first[place]));
      if (size > most) most = size;
    }
    return most;
  }

  redraw() {
    if (this.film) this.paint(this.film, this.at);
  }

  build(units) {
    this.unit = Math.min(this.unit, units - 1);
    this.tiles = Array.from({ length: units }, (_, unit) => {
      const canvas = html("canvas", {});
      const tile = html(
        "div",
        {
          class: "lab-tile",
          role: "option",
          tabindex: -1,
          "aria-label": `unit ${unit}`,
          click: () => this.choose(unit),
        },
        canvas,
      );
      return { canvas, tile };
    });
    this.grid.replaceChildren(...this.tiles.map(({ tile }) => tile));
    this.mark();
  }

  /** Marks the saturated and the silent units, once the worker has said which they are. */
  async refresh(look) {
    if (!this.element.open) return;
    const units = await look("units");
    if (units.length !== this.tiles.length) return;
    this.units = units;
    units.forEach(({ favours, saturated, range }, unit) => {
      const { tile } = this.tiles[unit];
      const states = [saturated >= SATURATED && "saturated", range < SILENT && "silent"].filter(Boolean);
      tile.className = ["lab-tile", ...states].join(" ");
      tile.setAttribute("aria-label", [`unit ${unit}`, `strongest for ${favours}`, ...states].join(", "));
    });
    this.mark();
  }

  choose(unit) {
    this.unit = unit;
    this.mark();
    this.tiles[unit].tile.focus();
    this.chosen(unit);
  }

  mark() {
    this.tiles.forEach(({ tile }, unit) => {
      tile.tabIndex = unit === this.unit ? 0 : -1;
      tile.setAttribute("aria-selected", String(unit === this.unit));
    });
    const [known, all] = [this.units?.[this.unit], this.units ?? []];
    if (!known) return this.note.replaceChildren();
    const saturated = all.filter((unit) => unit.saturated >= SATURATED).length;
    const silent = all.filter((unit) => unit.range < SILENT).length;
    this.note.textContent =
      `Unit ${this.unit}: its largest weight leads to ${known.favours}; ` +
      `its slope is nearly 0 for ${percent(known.saturated)} of the test digits. ` +
      `Of all units, ${saturated} are saturated and ${silent} silent.`;
  }

  key(event) {
    const columns = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -1e9, End: 1e9 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.choose(Math.max(0, Math.min(this.tiles.length - 1, this.unit + steps[event.key])));
  }
}
