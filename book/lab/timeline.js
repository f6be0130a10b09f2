// The time of a film: buttons, a slider, and the readings of a moment.
import { html } from "./dom.js";
import { frameAt } from "./scales.js";
import { count, moment, number, percent } from "./words.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** The controls of a player. */
export class Timeline {
  constructor(player) {
    this.player = player;
    const button = (name, label, click) =>
      html("button", { type: "button", "aria-label": label, title: label, click }, name);
    this.play = button("▶", "play", () => player.toggle());
    this.slider = html("input", {
      type: "range",
      min: 0,
      max: 0,
      value: 0,
      "aria-label": "time",
      input: () => player.seek(Number(this.slider.value)),
    });
    const speed = html("select", { "aria-label": "speed", change: () => (player.speed = Number(speed.value)) });
    speed.append(...SPEEDS.map((factor) => html("option", { value: factor, selected: factor === 1 }, `${factor} ×`)));
    const loop = html("input", { type: "checkbox", change: () => (player.loop = loop.checked) });
    this.element = html(
      "div",
      { class: "lab-time", role: "group", "aria-label": "time" },
      button("|◀", "to the start", () => player.seek(0)),
      button("◀", "one moment back", () => player.seek(player.place - 1)),
      this.play,
      button("▶|", "one moment on", () => player.seek(player.place + 1)),
      this.slider,
      speed,
      html("label", {}, loop, " again and again"),
    );
    const head = ["step", "test accuracy", "mistakes", "error", "so far"];
    this.rows = html("tbody", {});
    this.readings = html(
      "div",
      { class: "wide" },
      html(
        "table",
        { class: "results lab-readings" },
        html(
          "thead",
          {},
          html(
            "tr",
            {},
            head.map((name) => html("th", { scope: "col" }, name)),
          ),
        ),
        this.rows,
      ),
    );
  }

  /** Shows where the player is, and what the entrants were then. */
  show(entrants, examples) {
    const { place, length, playing } = this.player;
    [this.slider.max, this.slider.value] = [length - 1, place];
    const frames = entrants.map((entrant) => entrant.frames[frameAt(entrant.frames, examples)]);
    this.slider.setAttribute("aria-valuetext", moment(frames.findLast(Boolean)));
    this.play.textContent = playing ? "⏸" : "▶";
    this.play.title = playing ? "pause" : "play";
    this.play.setAttribute("aria-label", this.play.title);
    this.rows.replaceChildren(...entrants.map(({ label }, index) => this.row(label, frames[index])));
  }

  row(label, frame) {
    const cell = (text, column) => html("td", { class: column < 3 ? "number" : null }, text);
    const name = html("th", { scope: "row" }, html("code", {}, label));
    return html("tr", {}, name, readings(frame).map(cell));
  }
}

/** The accuracy, the mistakes, the error and the moment of a frame; dashes if there is none yet. */
function readings(frame) {
  if (!frame) return ["–", "–", "–", "waits"];
  const { right, tests, error, finite } = frame;
  if (!finite) return ["diverged", "–", "–", moment(frame)];
  return [percent(right / tests), count(tests - right), number(error), moment(frame)];
}
