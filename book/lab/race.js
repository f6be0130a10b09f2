// Who races, and what came of it.
import { cure, guessed, outcome } from "./words.js";

/** Examples in an iteration. */
export const ITERATION = 1347;

/** What a reader may break: a setting, computed from those of the step, or the start. */
export const BREAKS = [
  { name: "learning rate × 100", settings: (own) => ({ learning_rate: String(100 * Number(own.learning_rate)) }) },
  { name: "momentum 1", needs: "momentum", settings: () => ({ momentum: "1" }) },
  { name: "a single hidden unit", settings: () => ({ hidden: "1" }) },
  { name: "all weights equal", damage: "equal-weights" },
  { name: "examples sorted by digit", damage: "sorted-examples" },
  { name: "another last bit in one weight", damage: "last-bit" },
];

/** The value of a setting in a set-up, or that of the step itself, from the `known` settings of each step. */
export function valueOf(known, { step, settings }, name) {
  return Number(settings[name] ?? known.get(step).find((setting) => setting.name === name).value);
}

/** Those that race, in the order in which they are drawn: the one that the reader has set up is the last. */
export function lineup(step, setup, known, records) {
  const entrant = (name, colour, label = name, { settings, damage } = { settings: {}, damage: null }) => {
    const own = { step: name, seed: setup.seed, settings, damage };
    const iterations = Math.max(1, Math.min(200, valueOf(known, own, "iterations") || 1));
    return { step: name, label, colour, setup: own, iterations, frames: [], weights: [], record: records[name] };
  };
  const names = [...known.keys()];
  if (step === "all") return names.map((name, index) => entrant(name, `s${index}`));
  const differs = Object.keys(setup.settings).length > 0 || setup.damage !== null;
  const main = entrant(step, "s1", differs ? `${step}, changed` : step, setup);
  const rival = { before: names.at(-2), itself: step }[setup.rival];
  return rival ? [entrant(rival, "s0"), main] : [main];
}

/** What came of a race, in words. The `control` is the same step undamaged, if it raced. */
export function result(entrants, { isAll, control, guess }) {
  const named = ({ label, frames }) => ({ step: label, frames });
  if (isAll) {
    const best = entrants.reduce((a, b) => (b.frames.at(-1).right > a.frames.at(-1).right ? b : a));
    return `With this seed, ${outcome(named(best))} No other does better.`;
  }
  const main = entrants.at(-1);
  const { right, tests } = main.frames.at(-1);
  return [
    guess === null ? "" : guessed(guess, right / tests),
    outcome(named(main), control && named(control)),
    cure(main.setup, main, control),
    control && control.fingerprint === main.fingerprint ? "Their weights are the same, to the last bit." : "",
  ]
    .filter(Boolean)
    .join(" ");
}
