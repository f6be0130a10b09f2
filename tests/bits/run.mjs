// Prints what the WebAssembly module says of each step and seed: node run.mjs MODULE STEPS SEEDS
import { readFileSync } from "node:fs";

const [module, steps, seeds] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module));
for (let step = 0; step < steps; step++) {
  for (let seed = 1; seed <= seeds; seed++) {
    const bits = BigInt.asUintN(64, instance.exports.bits(step, BigInt(seed)));
    console.log(bits.toString(16).padStart(16, "0"));
  }
}
