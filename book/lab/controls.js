// What a reader sets before a training: the seed, the rival, the start, each setting of the step.
import { html } from "./dom.js";
import { DAMAGES, changed } from "./setup.js";

/** The controls of a step, or of all steps, which have a seed only. */
export class Controls {
  /** `known` are the settings of the step; `before` is the step before it, if there is one. */
  constructor({ step, known, before, wanted, train }) {
    this.known = known;
    this.before = before;
    this.inputs = new Map();
    this.button = html("button", { type: "button", class: "lab-main", click: train }, "Train");
    this.seed = html("input", { type: "number", min: 0, max: 999999999, step: 1, value: wanted?.seed ?? 1 });
    this.guess = html("input", { type: "number", min: 0, max: 100, step: 0.1 });
    this.guessing = html(
      "label",
      { class: "lab-guess", hidden: !wanted?.guess },
      "Your guess of the test accuracy in the end, in per cent: ",
      this.guess,
    );
    this.bar = html("div", { class: "lab-bar" }, this.button, html("label", {}, "seed ", this.seed));
    if (!known) return;
    const option = (value, name) => html("option", { value }, name);
    this.rival = html("select", {}, before ? option("before", before) : null);
    this.rival.append(option("itself", `${step} with its own settings`), option("nobody", "nobody"));
    this.damage = html("select", {}, option("", "as usual"));
    this.damage.append(...DAMAGES.map((damage) => option(damage, damage.replace("-", " "))));
    this.bar.append(html("label", {}, "against ", this.rival), html("label", {}, "start ", this.damage));
    this.settings = html(
      "details",
      { class: "lab-panel", open: Object.keys(wanted?.settings ?? {}).length > 0 },
      html("summary", {}, "Settings of ", html("code", {}, step)),
      html(
        "div",
        { class: "lab-knobs" },
        known.map((setting) => this.knob(setting, train)),
      ),
      html("p", {}, html("button", { type: "button", click: () => this.reset() }, "Back to its own settings")),
    );
    this.reset();
    if (wanted) this.set(wanted);
  }

  /** A field for a setting, which can be typed, halved and doubled. */
  knob({ name, help, is_count: isCount }, train) {
    const input = html("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      "aria-label": `${name}: ${help}`,
      keydown: ({ key }) => key === "Enter" && train(),
    });
    this.inputs.set(name, input);
    const times = (factor) => () => {
      const next = Number(input.value) * factor;
      input.value = String(isCount ? Math.max(1, Math.round(next)) : Number(next.toPrecision(6)));
    };
    const button = (label, verb, factor) =>
      html("button", { type: "button", "aria-label": `${verb} ${name}`, click: times(factor) }, label);
    return html(
      "div",
      { class: "lab-knob" },
      html("span", {}, html("code", {}, name), html("small", {}, help)),
      html("span", {}, button("÷2", "halve", 0.5), input, button("×2", "double", 2)),
    );
  }

  /** What is set, as a set-up. */
  typed() {
    const seed = Number(this.seed.value) || 0;
    if (!this.known) return { seed, settings: {}, damage: null, rival: "nobody" };
    const settings = changed(this.texts(), this.known);
    return { seed, settings, damage: this.damage.value || null, rival: this.rival.value };
  }

  texts() {
    return Object.fromEntries([...this.inputs].map(([name, input]) => [name, input.value.trim()]));
  }

  /** The guess, if one is asked for and given. */
  guessed() {
    return this.guessing.hidden || this.guess.value === "" ? null : Number(this.guess.value);
  }

  /** Sets what a set-up says, and leaves the rest. */
  set({ settings, damage, rival }) {
    for (const [name, value] of Object.entries(settings))
      if (this.inputs.has(name)) this.inputs.get(name).value = value;
    this.damage.value = damage ?? "";
    this.rival.value = rival === "before" && !this.before ? "nobody" : rival;
  }

  /** Sets everything as it is for the step itself. */
  reset() {
    this.set({
      settings: Object.fromEntries(this.known.map(({ name, value }) => [name, value])),
      damage: null,
      rival: "before",
    });
  }

  /** Breaks one thing, so that the step races against itself as it is. */
  breakIt({ settings, damage }) {
    this.reset();
    this.set({ settings: settings?.(this.texts()) ?? {}, damage, rival: "itself" });
    this.settings.open = Boolean(settings);
  }
}
