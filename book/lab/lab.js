// The lab of a step, or of all: it learns, beside the one before it or beside itself, and is watched.
import { Chart } from "./chart.js";
import { Controls } from "./controls.js";
import { html } from "./dom.js";
import { Microscope } from "./microscope.js";
import { Mistakes } from "./mistakes.js";
import { Player } from "./player.js";
import { BREAKS, ITERATION, lineup, result, valueOf } from "./race.js";
import { frameAt, moments } from "./scales.js";
import { toQuery } from "./setup.js";
import { share } from "./share.js";
import { Tiles } from "./tiles.js";
import { Timeline } from "./timeline.js";
import { Trainer, openModule } from "./trainer.js";

/** The lab within an element. */
export class Lab {
  /** `data` are those that were loaded: the module and the records. */
  constructor(element, data) {
    this.element = element;
    this.data = data;
    this.step = element.step;
    this.isAll = this.step === "all";
    this.wanted = element.wanted;
    this.trainers = [];
    this.run = 0;
  }

  say(text) {
    this.element.say(text);
  }

  /** Starts the first training, unless a guess comes first. */
  async open() {
    this.module = await openModule(this.data);
    this.known = await this.settings();
    this.build();
    if (this.wanted?.guess) {
      this.controls.guess.focus();
      this.say("First your guess, then train.");
      return;
    }
    this.controls.button.focus({ preventScroll: true });
    await this.train();
  }

  /** The settings of the step and of the one before it, or of all steps, by name. */
  async settings() {
    const trainer = new Trainer(this.module);
    const all = await trainer.opened;
    const own = this.isAll ? all : all.slice(0, all.indexOf(this.step) + 1).slice(-2);
    const settings = await Promise.all(own.map((name) => trainer.call("settings", name)));
    trainer.end();
    return new Map(own.map((name, index) => [name, settings[index]]));
  }

  build() {
    const [before] = [...this.known.keys()].slice(-2, -1);
    this.controls = new Controls({
      step: this.step,
      known: this.isAll ? null : this.known.get(this.step),
      before,
      wanted: this.wanted,
      train: () => this.train(),
    });
    this.player = new Player(() => this.played());
    this.timeline = new Timeline(this.player);
    this.place = html("div", {});
    this.shared = html("div", { class: "lab-share" });
    const { bar, guessing, settings } = this.controls;
    const { lab, invitation } = this.element;
    invitation.remove();
    this.element.classList.add("open");
    lab.prepend(
      ...[bar, guessing, settings, this.place, this.timeline.element, this.timeline.readings].filter(Boolean),
    );
    if (!this.isAll) lab.append(this.looks());
    lab.append(this.shared);
  }

  /** The panels that look into a network, and the one that breaks it. */
  looks() {
    this.inside = html("select", { change: () => this.show() });
    this.microscope = new Microscope(() => this.look());
    this.tiles = new Tiles((unit) => this.microscope.pick({ unit }));
    this.mistakes = new Mistakes((example) => {
      this.microscope.pick({ example }, true);
      this.microscope.element.scrollIntoView({ block: "nearest" });
    });
    this.panels = [this.tiles, this.microscope, this.mistakes];
    for (const { element } of this.panels) element.addEventListener("toggle", () => this.show());
    const button = (name, set) => {
      const click = () => {
        set();
        this.train();
        this.element.status.scrollIntoView({ block: "nearest" });
      };
      return html("button", { type: "button", click }, name);
    };
    const breaks = BREAKS.filter(({ needs }) => !needs || this.controls.inputs.has(needs));
    const broken = html(
      "details",
      { class: "lab-panel" },
      html("summary", {}, "Break it"),
      html(
        "p",
        { class: "lab-note" },
        "The step races against itself as it is, so that the change is all that differs. The result is told above.",
      ),
      html(
        "p",
        { class: "lab-breaks" },
        breaks.map((kind) => button(kind.name, () => this.controls.breakIt(kind))),
      ),
      html(
        "p",
        {},
        button("Mend it", () => this.controls.reset()),
      ),
    );
    const inside = html("p", { class: "lab-inside" }, html("label", {}, "Look into ", this.inside));
    return html(
      "div",
      {},
      inside,
      this.panels.map(({ element }) => element),
      broken,
    );
  }

  stop() {
    for (const trainer of this.trainers) trainer.end();
    this.trainers = [];
    this.isTraining = false;
    this.run++;
  }

  /** Trains what is set, from the start. */
  async train() {
    this.stop();
    const run = this.run;
    const setup = this.controls.typed();
    this.entrants = lineup(this.step, setup, this.known, this.data.records);
    this.moments = [];
    this.chart = new Chart(this.entrants, ITERATION, this.element.lab.clientWidth < 500);
    this.place.replaceChildren(this.chart.figure, html("p", { class: "caption" }, this.chart.caption()));
    const names = this.entrants.map(({ label }, index) => html("option", { value: index }, label));
    this.inside?.replaceChildren(...names.reverse());
    this.shared.replaceChildren(...share(this.step, setup));
    this.player.follow();
    this.isTraining = true;
    this.say("Training …");
    this.animate();
    try {
      await this.race(run);
    } catch (error) {
      if (run !== this.run) return;
      this.stop();
      this.say(`${error.message} Change it, and train again: a new worker is started.`);
      return;
    }
    if (run !== this.run) return;
    this.isTraining = false;
    this.grow();
    const control = setup.rival === "itself" ? this.entrants[0] : null;
    this.say(result(this.entrants, { isAll: this.isAll, control, guess: this.controls.guessed() }));
    this.shared.replaceChildren(...share(this.step, setup, this.entrants.at(-1)));
    history.replaceState(null, "", toQuery(this.step, setup) + location.hash);
  }

  /** Trains the entrants, side by side as far as there are processors: two at least, as a race is to be seen. */
  async race(run) {
    const most = Math.max(2, Math.min(4, (navigator.hardwareConcurrency ?? 2) - 1));
    const queue = [...this.entrants];
    const work = async () => {
      while (queue.length && run === this.run) await this.record(queue.shift());
    };
    await Promise.all(Array.from({ length: most }, work));
  }

  async record(entrant) {
    const trainer = new Trainer(this.module);
    this.trainers.push(trainer);
    trainer.onframe = (frame, weights) => {
      entrant.frames.push(frame);
      if (!this.isAll) entrant.weights.push(weights);
      this.isFresh = true;
    };
    await trainer.opened;
    Object.assign(entrant, await trainer.call("record", entrant.setup));
    if (this.isAll) trainer.end();
    else entrant.trainer = trainer;
  }

  /** Draws on each frame of the screen, as long as something moves. */
  animate() {
    if (this.isMoving) return;
    this.isMoving = true;
    let last = performance.now();
    const tick = (now) => {
      if (this.isFresh) this.grow();
      this.player.tick((now - last) / 1000);
      last = now;
      this.isMoving = this.isTraining || this.player.playing;
      if (this.isMoving) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Takes in new frames. */
  grow() {
    this.isFresh = false;
    this.chart.update();
    this.moments = moments(this.entrants);
    this.player.grow(this.moments.length);
    this.show();
  }

  /** The player has moved, started or stopped. */
  played() {
    if (this.player.playing) this.animate();
    this.show();
  }

  /** Shows the moment that the player is at. */
  show() {
    if (!this.moments?.length) return;
    const examples = this.moments[this.player.place];
    this.chart.show(examples);
    this.timeline.show(this.entrants, examples);
    if (this.isAll) return;
    const entrant = this.entrants[Number(this.inside.value)];
    this.tiles.paint(entrant, Math.max(0, frameAt(entrant.frames, examples)));
    if (!this.player.playing) this.look();
  }

  /** Fills the open panels, once nothing moves any more. */
  look() {
    clearTimeout(this.soon);
    this.soon = setTimeout(async () => {
      const entrant = this.entrants?.[Number(this.inside.value)];
      if (!entrant?.trainer || this.isTraining || this.player.playing) return;
      const frame = Math.max(0, frameAt(entrant.frames, this.moments[this.player.place]));
      // All questions but that for the pixels of a digit are about a frame.
      const ask = (what, ...places) =>
        entrant.trainer.call("look", what, ...(what === "pixels" ? places : [frame, ...places]));
      const value = (name) => valueOf(this.known, entrant.setup, name);
      try {
        for (const panel of this.panels) {
          await panel.refresh(ask, { units: value("hidden"), rate: value("learning_rate") });
        }
      } catch (error) {
        if (!entrant.trainer.ended) this.say(error.message);
      }
    }, 60);
  }
}
