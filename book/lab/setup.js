// What a reader can set, as an address and as a command line: the step, the seed, the settings, the damage.

/** What may be spoilt before the training starts, as the steps' WebAssembly calls it. */
export const DAMAGES = ["equal-weights", "sorted-examples", "last-bit"];

/** The set-up that the query of an address asks for; null if it asks for none, or for another step's. */
export function fromQuery(query, step) {
  const parameters = new URLSearchParams(query);
  if (parameters.get("lab") !== step) return null;
  const setup = { seed: 1, settings: {}, damage: null, rival: "before", guess: parameters.has("guess") };
  for (const [name, value] of parameters) {
    if (name === "seed" && /^\d{1,15}$/.test(value)) setup.seed = Number(value);
    else if (name === "against" && value === "itself") setup.rival = value;
    else if (name === "damage" && DAMAGES.includes(value)) setup.damage = value;
    else if (/^[a-z][a-z0-9_]*$/.test(name) && !["lab", "seed", "damage", "against", "guess"].includes(name)) {
      setup.settings[name] = value;
    }
  }
  return setup;
}

/** The query of an address that asks for a set-up. */
export function toQuery(step, { seed, settings, damage, rival }) {
  const parameters = new URLSearchParams({ lab: step, seed: String(seed) });
  for (const [name, value] of Object.entries(settings)) parameters.set(name, value);
  if (damage) parameters.set("damage", damage);
  if (rival === "itself") parameters.set("against", rival);
  return `?${parameters}`;
}

/** The command that trains the same network natively; null if there is none, as nobody would want it. */
export function toCommand(step, { seed, settings, damage }) {
  if (damage) return null;
  const flags = Object.entries(settings).map(([name, value]) => ` --${name.replaceAll("_", "-")} ${value}`);
  return `cargo run -p ${step} -- --seed ${seed}${flags.join("")}`;
}

/** Those of `settings` that differ from the `known` ones of a step: names with values, as texts. */
export function changed(settings, known) {
  const differs = ({ name, value }) => name in settings && settings[name] !== value;
  return Object.fromEntries(known.filter(differs).map(({ name }) => [name, settings[name]]));
}

/** A set-up in a few words. */
export function inWords({ seed, settings, damage }) {
  const parts = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  if (damage) parts.push(damage.replace("-", " "));
  return [`seed ${seed}`, ...parts].join(", ");
}
