// Where a number stands on an axis: every function gives a part of its length, from 0 to 1.

/** Examples seen, from none to `most`: each doubling takes the same space, as half of what is learned comes early. */
export function examplesScale(most) {
  const length = Math.log2(1 + most);
  return (examples) => Math.log2(1 + examples) / length;
}

/** An accuracy, from 0 to 1: each halving of the mistakes takes the same space, down to 1 in 200. */
export function accuracyScale(accuracy) {
  const least = 1 / 200;
  return Math.log2(1 / (1 - Math.min(accuracy, 1 - least))) / Math.log2(1 / least);
}

/** An error between `low` and `high`, both above 0: logarithmic. What is below or above stays at the end. */
export function errorScale(low, high) {
  const [from, to] = [Math.log(low), Math.log(Math.max(high, low * 1.001))];
  return (error) => Math.min(1, Math.max(0, (Math.log(error) - from) / (to - from)));
}

/** Round errors between `low` and `high`: up to five powers of ten, or also twice and five times these. */
export function errorTicks(low, high) {
  const ticks = (factors) => {
    const all = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const factor of factors) all.push(Number(`${factor}e${power}`));
    }
    return all.filter((tick) => tick >= low && tick <= high);
  };
  const powers = ticks([1]);
  if (powers.length < 3) return ticks([1, 2, 5]).slice(-6);
  return powers.filter((_, index) => index % Math.ceil(powers.length / 5) === 0);
}

/** The index of the last of the `frames`, in their order, that is not later than `examples`; -1 if none is. */
export function frameAt(frames, examples) {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle].examples <= examples) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** All moments of some films, as numbers of examples, in order and each once. */
export function moments(films) {
  const all = films.flatMap(({ frames }) => frames.map(({ examples }) => examples));
  return [...new Set(all)].sort((a, b) => a - b);
}
