// Numbers and what happened, in words.

/** The steps before `tanh-softmax`, whose outputs are no probabilities. */
export const SIGMOIDS = ["naive-loops", "vectorized"];

/** A fraction in per cent, with as many places as 450 examples deserve. */
export function percent(fraction) {
  return `${(100 * fraction).toFixed(1)} %`;
}

/** A number with three significant digits, and a proper minus. One that is not finite is a dash. */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(1) : Number(value.toPrecision(3));
  return String(text).replaceAll("-", "−");
}

/** A whole number, its thousands apart. */
export function count(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A moment: how much has been learned. */
export function moment({ examples, iteration }) {
  if (examples === 0) return "before the first example";
  if (iteration === 0) return `after ${count(examples)} example${examples === 1 ? "" : "s"}`;
  return `after iteration ${iteration}`;
}

/** What became of a training, from its frames, beside that of the same step undamaged, if there was one. */
export function outcome({ step, frames }, control = null) {
  const last = frames.at(-1);
  if (!last.finite) {
    const before = frames.at(-2);
    const since = before ? `it still was one ${moment(before)}` : "it never was one";
    return `${step} diverged: ${moment(last)} a weight is no longer a number (${since}), and all answers are the same.`;
  }
  const right = last.right / last.tests;
  let text = `${step} recognises ${last.right} of ${last.tests} test digits, ${percent(right)}, ${moment(last)}.`;
  if (right < 0.2) text += " That is hardly better than guessing, which gives 10 %.";
  if (control?.frames.length) {
    const other = control.frames.at(-1);
    const difference = last.right - other.right;
    const more = difference === 0 ? "as many as" : `${Math.abs(difference)} ${difference > 0 ? "more" : "fewer"} than`;
    text += ` That is ${more} without the change.`;
  }
  return text;
}

/** The knob that undoes a change, by the name of the setting or of the damage. */
const CURES = {
  learning_rate: "A smaller learning rate undoes it.",
  momentum: "A smaller momentum undoes it.",
  hidden: "More hidden units undo it.",
  "equal-weights": "Random weights undo it: equal ones get equal corrections, and stay equal.",
  "sorted-examples": "Shuffling undoes it, as the steps from init-shuffle on do it.",
};

/** What undoes the only change of a set-up; nothing if there are several, or if it did no harm. */
export function cure({ settings, damage }, { frames }, control) {
  const last = frames.at(-1);
  const harm = !last.finite || (control?.frames.length && last.right < control.frames.at(-1).right);
  const changes = [...Object.keys(settings), ...(damage ? [damage] : [])];
  return harm && changes.length === 1 ? (CURES[changes[0]] ?? "") : "";
}

/** How far a guess of the accuracy, in per cent, was from what came out. */
export function guessed(guess, accuracy) {
  const distance = Math.abs(guess - 100 * accuracy).toFixed(1);
  return `Your guess was ${guess} %; it is ${percent(accuracy)}, ${distance} points away.`;
}
