// How to have the same again: a link, a command, and the hash of the weights.
import { html } from "./dom.js";
import { toCommand, toQuery } from "./setup.js";

/** Returns what is told of a set-up, and, once it has been trained, of its `main` network. */
export function share(step, setup, main = null) {
  const address = new URL(toQuery(step, setup), location.href.split(/[?#]/)[0]).href;
  const command = step === "all" ? null : toCommand(step, setup);
  return [
    html("p", {}, html("a", { href: address }, "This set-up as a link"), " ", copier(address, "the link")),
    command
      ? html("p", {}, "The same on the command line: ", html("code", {}, command), " ", copier(command, "the command"))
      : "",
    step !== "all" && main ? html("p", { class: "lab-note" }, bits(main)) : "",
  ];
}

function bits({ fingerprint, single }) {
  if (!single) {
    const start = fingerprint.slice(0, 16);
    return `The weights have the SHA-256 ${start}… here, and on any other system with the same seed and settings.`;
  }
  return (
    "Single precision is rounded as wide as the vectors of a processor are: the command may differ from this in the " +
    "last digits, and in the end by an answer or two."
  );
}

function copier(text, name) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "copied";
    } catch {
      button.textContent = "not allowed: copy it by hand";
    }
  };
  const button = html("button", { type: "button", "aria-label": `copy ${name}`, click: copy }, "copy");
  return button;
}
