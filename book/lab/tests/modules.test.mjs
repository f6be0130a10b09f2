// Run by node: `node --test book/lab/tests/modules.test.mjs`.
import assert from "node:assert/strict";
import test from "node:test";

import { Player } from "../player.js";
import { BREAKS, lineup, result, valueOf } from "../race.js";
import { accuracyScale, errorScale, errorTicks, examplesScale, frameAt, moments } from "../scales.js";
import { Strokes } from "../strokes.js";
import { changed, fromQuery, inWords, toCommand, toQuery } from "../setup.js";
import { count, cure, guessed, moment, number, outcome, percent } from "../words.js";

const setup = { seed: 7, settings: { learning_rate: "0.1", l2_in: "1e-4" }, damage: null, rival: "before" };

test("a set-up survives its address", () => {
  assert.deepEqual(fromQuery(toQuery("momentum", setup), "momentum"), { ...setup, guess: false });
  const damaged = { ...setup, damage: "last-bit", rival: "itself" };
  assert.deepEqual(fromQuery(toQuery("momentum", damaged), "momentum"), { ...damaged, guess: false });
});

test("an address of another step, or of none, asks for nothing", () => {
  assert.equal(fromQuery("?lab=momentum&seed=3", "regularized"), null);
  assert.equal(fromQuery("?highlight=word", "momentum"), null);
});

test("what an address should not say is passed over", () => {
  const { seed, settings, damage } = fromQuery("?lab=a&seed=-1&damage=all&__proto__=1&A=2&hidden=30", "a");
  assert.deepEqual([seed, settings, damage], [1, { hidden: "30" }, null]);
});

test("the command has a flag for each setting, and damage has no command", () => {
  assert.equal(toCommand("momentum", setup), "cargo run -p momentum -- --seed 7 --learning-rate 0.1 --l2-in 1e-4");
  assert.equal(toCommand("momentum", { ...setup, damage: "last-bit" }), null);
});

test("only settings that differ are kept, and only those that a step has", () => {
  const known = [
    { name: "hidden", value: "100" },
    { name: "momentum", value: "0.5" },
  ];
  assert.deepEqual(changed({ hidden: "100", momentum: "0.9", batch: "8" }, known), { momentum: "0.9" });
});

test("a set-up is told in words", () => {
  assert.equal(inWords({ ...setup, damage: "equal-weights" }), "seed 7, learning_rate 0.1, l2_in 1e-4, equal weights");
});

test("each doubling of the examples takes the same space", () => {
  const scale = examplesScale(1023);
  assert.deepEqual([0, 1, 3, 1023].map(scale), [0, 0.1, 0.2, 1]);
});

test("each halving of the mistakes takes the same space", () => {
  const [half, quarter] = [0.5, 0.75].map(accuracyScale);
  assert.ok(Math.abs(quarter - 2 * half) < 1e-12);
  assert.deepEqual(
    [0, 0.995, 1].map(accuracyScale).map((place) => place.toFixed(9)),
    ["0", "1", "1"].map((place) => `${place}.000000000`),
  );
});

test("an error beyond the axis stays at its end", () => {
  const scale = errorScale(0.01, 1);
  assert.deepEqual(
    [0.001, 0.1, 5].map((error) => Math.round(100 * scale(error))),
    [0, 50, 100],
  );
  assert.deepEqual(errorTicks(0.004, 3), [0.01, 0.1, 1]);
  assert.deepEqual(errorTicks(0.04, 0.3), [0.05, 0.1, 0.2]);
  assert.deepEqual(errorTicks(1e-9, 2), [1e-9, 1e-7, 1e-5, 1e-3, 0.1]);
});

test("a frame is that of the moment or the last before it", () => {
  const frames = [0, 8, 16].map((examples) => ({ examples }));
  assert.deepEqual(
    [-1, 0, 7, 8, 99].map((examples) => frameAt(frames, examples)),
    [-1, 0, 0, 1, 2],
  );
  assert.deepEqual(moments([{ frames }, { frames: [{ examples: 4 }, { examples: 8 }] }]), [0, 4, 8, 16]);
});

test("a player goes on at its speed and stops at the end", () => {
  let calls = 0;
  const player = new Player(() => calls++);
  player.grow(11);
  player.toggle();
  player.tick(0.125);
  assert.deepEqual([player.place, calls], [1, 2]);
  player.speed = 4;
  player.tick(0.25); // 8 moments
  assert.equal(player.place, 9);
  player.tick(0.25);
  assert.deepEqual([player.place, player.playing], [10, false]);
  player.toggle(); // from the start again
  assert.deepEqual([player.place, player.playing], [0, true]);
});

test("a player that loops starts again, and one that is moved stops", () => {
  const player = new Player(() => {});
  player.grow(3);
  player.loop = true;
  player.toggle();
  player.tick(0.25);
  assert.deepEqual([player.place, player.playing], [0, true]);
  player.seek(-5);
  assert.deepEqual([player.place, player.playing], [0, false]);
  player.seek(99);
  assert.equal(player.place, 2);
});

test("a page that was hidden does not jump when it is seen again", () => {
  const player = new Player(() => {});
  player.grow(100);
  player.toggle();
  player.tick(3600);
  assert.equal(player.place, 2);
});

test("numbers are short", () => {
  const numbers = [0.12345, -12.345, 0, -1e-5, null, NaN];
  assert.deepEqual(numbers.map(number), ["0.123", "−12.3", "0", "−1.0e−5", "–", "–"]);
  assert.deepEqual([1347, 134700].map(count), ["1\u202f347", "134\u202f700"]);
  assert.equal(percent(441 / 450), "98.0 %");
});

test("moments and outcomes are told", () => {
  const frame = (examples, iteration, right, finite = true) => ({ examples, iteration, right, tests: 450, finite });
  assert.equal(moment(frame(0, 0, 0)), "before the first example");
  assert.equal(moment(frame(1, 0, 0)), "after 1 example");
  const good = { step: "momentum", frames: [frame(0, 0, 40), frame(1347, 1, 441)] };
  const bad = { step: "momentum", frames: [frame(0, 0, 40), frame(1347, 1, 45)] };
  assert.equal(outcome(good), "momentum recognises 441 of 450 test digits, 98.0 %, after iteration 1.");
  assert.match(outcome(bad, good), /guessing.*396 fewer than without the change\.$/);
  const diverged = { step: "momentum", frames: [frame(0, 0, 40), frame(1, 0, 45, false)] };
  assert.match(outcome(diverged), /diverged: after 1 example a weight .* before the first example/);
  assert.equal(guessed(95, 0.98), "Your guess was 95 %; it is 98.0 %, 3.0 points away.");
});

test("a pointer draws only while it is down", () => {
  const strokes = new Strokes();
  strokes.move(0.1, 0.1);
  strokes.begin(0.2, 0.2);
  strokes.move(0.2, 0.2);
  strokes.move(0.3, 0.4);
  strokes.end();
  strokes.move(0.9, 0.9);
  assert.deepEqual(strokes.all, [
    [
      [0.2, 0.2],
      [0.3, 0.4],
    ],
  ]);
});

test("keys draw too, within the pad, and clear", () => {
  const strokes = new Strokes();
  assert.equal(strokes.key(" "), "pen down");
  assert.equal(strokes.key("ArrowDown"), "drawn to 50, 25");
  assert.equal(strokes.key(" "), "pen up");
  assert.deepEqual(strokes.all, [
    [
      [0.5, 0.2],
      [0.5, 0.25],
    ],
  ]);
  for (let times = 0; times < 30; times++) strokes.key("ArrowRight");
  assert.deepEqual(strokes.pen, [1, 0.25]);
  assert.equal(strokes.key("Escape"), "cleared");
  assert.deepEqual(strokes.all, []);
  assert.equal(strokes.key("Tab"), null);
});

const setting = (name, value) => ({ name, value });
const known = new Map([
  ["regularized", [setting("iterations", "100"), setting("learning_rate", "0.05")]],
  ["momentum", [setting("iterations", "60"), setting("learning_rate", "0.1")]],
]);

test("a step races against the one before it, itself, or nobody", () => {
  const race = (rival, own = {}) =>
    lineup("momentum", { ...setup, settings: {}, rival, ...own }, known, {}).map(({ label, iterations, setup }) => [
      label,
      iterations,
      setup.seed,
    ]);
  assert.deepEqual(race("before"), [
    ["regularized", 100, 7],
    ["momentum", 60, 7],
  ]);
  assert.deepEqual(race("nobody"), [["momentum", 60, 7]]);
  const changed = race("itself", { settings: { iterations: "5" } });
  assert.deepEqual(changed, [
    ["momentum", 60, 7],
    ["momentum, changed", 5, 7],
  ]);
  assert.equal(race("itself", { damage: "last-bit" })[1][0], "momentum, changed");
});

test("only the entrant that was set up has the settings and the damage", () => {
  const own = { ...setup, damage: "last-bit", rival: "itself" };
  const [control, main] = lineup("momentum", own, known, {});
  assert.deepEqual([control.setup.settings, control.setup.damage], [{}, null]);
  assert.deepEqual([main.setup.settings, main.setup.damage], [setup.settings, "last-bit"]);
  assert.deepEqual(
    [valueOf(known, control.setup, "learning_rate"), valueOf(known, main.setup, "learning_rate")],
    [0.1, 0.1],
  );
});

test("all steps race as they are", () => {
  const entrants = lineup("all", { seed: 2, settings: {}, damage: null }, known, {});
  assert.deepEqual(
    entrants.map(({ step, colour }) => step + colour),
    ["regularizeds0", "momentums1"],
  );
});

test("a race has a result in words", () => {
  const film = (label, right) => ({
    label,
    frames: [{ examples: 1347, iteration: 1, right, tests: 450, finite: true }],
    setup: { settings: {}, damage: null },
  });
  const race = [film("a", 430), film("b", 441)];
  assert.match(result(race, { isAll: true }), /^With this seed, b recognises 441 .* No other does better\.$/);
  const words = result(race, { isAll: false, control: race[0], guess: 90 });
  assert.match(
    words,
    /^Your guess was 90 %.* b recognises 441 .* 11 more than without the change\. Their weights are the same/,
  );
});

test("harm is told with what undoes it", () => {
  const film = (right, finite = true) => ({ frames: [{ right, tests: 450, finite }] });
  const sorted = { settings: {}, damage: "sorted-examples" };
  assert.match(cure(sorted, film(300), film(430)), /^Shuffling undoes it/);
  assert.equal(cure(sorted, film(430), film(430)), "");
  assert.match(cure({ settings: { learning_rate: "5" }, damage: null }, film(45, false), undefined), /smaller learning/);
  assert.equal(cure({ settings: { learning_rate: "5", hidden: "1" }, damage: null }, film(45), film(430)), "");
  assert.equal(cure({ settings: {}, damage: "last-bit" }, film(420), film(430)), "");
});

test("what is broken is one thing each", () => {
  assert.deepEqual(BREAKS[0].settings({ learning_rate: "0.05" }), { learning_rate: "5" });
  for (const { settings, damage } of BREAKS) assert.notEqual(Boolean(settings), Boolean(damage));
});

test("a player that follows is at the newest moment until it is moved", () => {
  const player = new Player(() => {});
  player.follow();
  player.grow(5);
  assert.equal(player.place, 4);
  player.seek(2);
  player.grow(9);
  assert.equal(player.place, 2);
});
