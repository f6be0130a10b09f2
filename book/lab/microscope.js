// One example under the microscope: through the network, and back, on the formulas of the chapter.
import { formula, html } from "./dom.js";
import { SIDE, isDark, paintWeights, picture } from "./pictures.js";
import { number } from "./words.js";

/** The panel. */
export class Microscope {
  constructor(changed) {
    this.changed = changed;
    [this.example, this.unit, this.pixel] = [0, 0, 27];
    this.fields = {
      example: this.field("test digit", 0, 449),
      unit: this.field("hidden unit", 0, 99),
      row: this.field("pixel: row", 0, SIDE - 1),
      column: this.field("column", 0, SIDE - 1),
    };
    this.body = html("div", { class: "lab-microscope" });
    this.element = html(
      "details",
      { class: "lab-panel" },
      html("summary", {}, "One digit under the microscope"),
      html(
        "p",
        { class: "lab-fields" },
        Object.values(this.fields).map(({ label }) => label),
      ),
      this.body,
    );
    this.put();
  }

  field(name, min, max) {
    const input = html("input", { type: "number", min, max, step: 1, input: () => this.take() });
    return { input, label: html("label", {}, `${name} `, input) };
  }

  put() {
    const { example, unit, row, column } = this.fields;
    [example.input.value, unit.input.value] = [this.example, this.unit];
    [row.input.value, column.input.value] = [Math.floor(this.pixel / SIDE), this.pixel % SIDE];
  }

  take() {
    const value = ({ input }) =>
      Math.max(Number(input.min), Math.min(Number(input.max), Math.round(Number(input.value)) || 0));
    const { example, unit, row, column } = this.fields;
    [this.example, this.unit, this.pixel] = [value(example), value(unit), value(row) * SIDE + value(column)];
    this.changed();
  }

  /** Goes to an example or a unit that was picked elsewhere. */
  pick({ example = this.example, unit = this.unit }, open = false) {
    [this.example, this.unit] = [example, unit];
    if (open) this.element.open = true;
    this.put();
    this.changed();
  }

  async refresh(look, { units, rate }) {
    if (!this.element.open) return;
    this.fields.unit.input.max = units - 1;
    this.unit = Math.min(this.unit, units - 1);
    const [seen, pixels] = await Promise.all([
      look("microscope", this.example, this.unit),
      look("pixels", this.example),
    ]);
    const answer = seen.outputs.indexOf(Math.max(...seen.outputs));
    this.body.replaceChildren(
      html(
        "div",
        { class: "lab-row" },
        picture(pixels, `test digit ${this.example}, a ${seen.label}`, isDark()),
        html(
          "p",
          {},
          "It is a ",
          html("strong", {}, seen.label),
          ", and the network says ",
          html("strong", {}, answer),
          answer === seen.label ? "." : ": a mistake.",
        ),
      ),
      html("div", { class: "wide" }, this.outputs(seen, answer)),
      this.formulas(seen, rate),
    );
  }

  outputs({ outputs, label, output_deltas: deltas }, answer) {
    const row = (output, k) =>
      html(
        "tr",
        { class: k === answer ? "answer" : null },
        html("th", { scope: "row" }, k),
        html(
          "td",
          { class: "lab-meter" },
          html("span", { style: `width: ${Math.max(0, Math.min(100, 100 * output))}%` }),
        ),
        html("td", { class: "number" }, number(output)),
        html("td", { class: "number" }, k === label ? "1" : "0"),
        html("td", { class: "number" }, number(deltas[k])),
      );
    return html(
      "table",
      { class: "results" },
      html(
        "thead",
        {},
        html(
          "tr",
          {},
          ["k", "", "output yₖ", "target tₖ", "delta δₖ"].map((name) => html("th", { scope: "col" }, name)),
        ),
      ),
      html("tbody", {}, outputs.map(row)),
    );
  }

  formulas(seen, rate) {
    const [j, { unit, is_sigmoid: sigmoid }] = [this.unit, seen];
    const [row, column] = [Math.floor(this.pixel / SIDE), this.pixel % SIDE];
    const attributes = { class: "lab-digit", role: "img", "aria-label": `weights of unit ${j}` };
    const tile = html("canvas", { ...attributes, click: (event) => this.point(event) });
    const most = Math.max(1e-9, ...unit.weights.slice(0, -1).map(Math.abs));
    const colours = unit.weights.map((weight) => weight / most);
    paintWeights(tile, colours, isDark());
    const slope = sigmoid ? `h_{${j}} (1 − h_{${j}})` : `1 − h_{${j}}²`;
    const [input, weight, term, gradient] = [seen.inputs, unit.weights, unit.terms, unit.gradients].map(
      (values) => values[this.pixel],
    );
    const lines = [
      ["total input", `z_{${j}} = Σᵢ x_{i} w_{i,${j}} = *${number(seen.sums[j])}*`],
      ["activation", `h_{${j}} = ${sigmoid ? "σ" : "tanh"}(z_{${j}}) = *${number(seen.hidden[j])}*`],
      ["collected deltas", `Σₖ δ_{k} w_{${j},k} = *${number(unit.collected)}*`],
      ["slope", `${slope} = *${number(unit.slope)}*`],
      ["delta", `δ_{${j}} = ${number(unit.collected)} · ${number(unit.slope)} = *${number(seen.hidden_deltas[j])}*`],
      [`input ${row}, ${column}`, `x = *${number(input)}*`],
      ["its weight", `w = *${number(weight)}*, and in the sum x w = *${number(term)}*`],
      ["gradient", `x δ_{${j}} = *${number(gradient)}*`],
      ["move", `−η x δ_{${j}} = −${number(rate)} · ${number(gradient)} = *${number(-rate * gradient)}*`],
    ];
    const note = `Weights of unit ${j} from the pixels. Choose a pixel in the picture, or above.`;
    const terms = lines.map(([name, text]) => [html("dt", {}, name), html("dd", {}, formula(text))]);
    const end =
      "The move by this example alone, at the rate of the first iteration. The step may add decay, or earlier moves.";
    return html(
      "div",
      { class: "lab-formulas" },
      html("div", { class: "lab-row" }, tile, html("p", { class: "lab-note" }, note)),
      html("dl", {}, terms),
      html("p", { class: "lab-note" }, end),
    );
  }

  point({ offsetX, offsetY, currentTarget: { clientWidth, clientHeight } }) {
    const place = (offset, size) => Math.max(0, Math.min(SIDE - 1, Math.floor((SIDE * offset) / size)));
    this.pixel = place(offsetY, clientHeight) * SIDE + place(offsetX, clientWidth);
    this.put();
    this.changed();
  }
}
