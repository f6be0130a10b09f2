// The confusion matrix, and the digits behind each of its numbers.
import { html } from "./dom.js";
import { isDark, picture } from "./pictures.js";

/** How many digits of a cell are shown. */
const SHOWN = 24;

/** The panel. `picked` is told of the example that the reader wants to see closer. */
export class Mistakes {
  constructor(picked) {
    this.picked = picked;
    this.matrix = html("div", { class: "wide" });
    this.digits = html("div", { class: "lab-digits", "aria-live": "polite" });
    this.element = html(
      "details",
      { class: "lab-panel" },
      html("summary", {}, "Mistakes: which digit was taken for which"),
      html(
        "p",
        { class: "lab-note" },
        "A row for each digit that was shown, a column for each answer. A number shows its digits.",
      ),
      this.matrix,
      this.digits,
    );
  }

  async refresh(look) {
    if (!this.element.open) return;
    this.look = look;
    const confusion = await look("confusion");
    const cell = (count, shown, answer) => {
      const kind = shown === answer ? "right" : "wrong";
      const name = `${count} times ${shown} was ${shown === answer ? "recognised" : `taken for ${answer}`}`;
      return html(
        "td",
        {},
        count === 0
          ? html("span", { class: "none" }, "·")
          : html(
              "button",
              { class: kind, type: "button", "aria-label": name, click: () => this.show(shown, answer) },
              count,
            ),
      );
    };
    const head = html(
      "tr",
      {},
      html("th", { scope: "col" }, "shown"),
      confusion.map((_, answer) => html("th", { scope: "col" }, answer)),
    );
    this.matrix.replaceChildren(
      html(
        "table",
        { class: "lab-confusion" },
        html("thead", {}, head),
        html(
          "tbody",
          {},
          confusion.map((row, shown) =>
            html(
              "tr",
              {},
              html("th", { scope: "row" }, shown),
              row.map((count, answer) => cell(count, shown, answer)),
            ),
          ),
        ),
      ),
    );
    if (this.cell) await this.show(...this.cell);
  }

  async show(shown, answer) {
    this.cell = [shown, answer];
    const examples = await this.look("takenFor", shown, answer);
    const pictures = await Promise.all(examples.slice(0, SHOWN).map((example) => this.look("pixels", example)));
    const words = shown === answer ? "recognised" : `taken for ${answer}`;
    this.digits.replaceChildren(
      html(
        "p",
        {},
        `${shown}, ${words}: ${examples.length} of the test digits`,
        examples.length > SHOWN ? `, the first ${SHOWN} of them` : "",
        ".",
      ),
      ...pictures.map((pixels, index) =>
        html(
          "button",
          {
            type: "button",
            class: "lab-example",
            "aria-label": `put test digit ${examples[index]} under the microscope`,
            click: () => this.picked(examples[index]),
          },
          picture(pixels, `a ${shown}`, isDark()),
        ),
      ),
    );
  }
}
