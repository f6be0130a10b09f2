// The worker of one network: a classic script, which the page starts from a text with wasm-bindgen's before it. It
// loads nothing: the page posts it the compiled module.
/* global wasm_bindgen */

let training = null;
const readers = [];

// The module calls this by name, before it traps.
self.panicked = (message) => postMessage({ panicked: message });

const page = {
  frame(frame, weights) {
    postMessage({ frame: JSON.parse(frame), weights }, [weights.buffer]);
  },
};

const calls = {
  open: (module) => {
    wasm_bindgen.initSync({ module });
    return JSON.parse(wasm_bindgen.steps());
  },
  settings: (step) => JSON.parse(wasm_bindgen.settings(step)),
  record: (setup) => {
    training = wasm_bindgen.Training.record(JSON.stringify(setup), page);
    return { fingerprint: training.fingerprint(), single: training.isSingle() };
  },
  // Networks of MNIST and what they say of a drawing; an empty image if there is hardly any ink.
  reader: (bytes) => {
    const reader = wasm_bindgen.Reader.open(bytes);
    readers.push(reader);
    return reader.right();
  },
  read: (strokes, pen) => {
    const image = wasm_bindgen.image(JSON.stringify(strokes), pen);
    return { image, answers: image.length === 0 ? [] : readers.map((reader) => reader.answer(image)) };
  },
  look: (what, ...places) => JSON.parse(training[what](...places)),
};

self.onmessage = ({ data: { id, call, parameters } }) => {
  try {
    postMessage({ id, answer: calls[call](...parameters) });
  } catch (error) {
    // After a trap the module is of no use any more.
    const fatal = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    postMessage({ id, error: error.message, fatal });
  }
};
