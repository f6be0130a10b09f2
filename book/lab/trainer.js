// The steps in a worker, which learns and answers beside the page.
import { handedOver } from "./loading.js";

let opened = null;

/** Compiles the module of the `data` that were loaded, once: what a worker starts with. */
export function openModule(data) {
  opened ??= compile(data).catch((error) => {
    opened = null; // so that the next click tries again
    throw error;
  });
  return opened;
}

async function compile({ glue, worker, wasm }) {
  const stream = new Blob([bytesOf(wasm)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const module = await WebAssembly.compile(await new Response(stream).arrayBuffer());
  const script = URL.createObjectURL(new Blob([glue, worker], { type: "text/javascript" }));
  return { module, script };
}

/** Loads a network of MNIST at `address`: its step, and the bytes of its file. */
export async function loadNetwork(address) {
  const { step, file } = await handedOver(address);
  return { step, bytes: bytesOf(file) };
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** A worker with the steps in it. */
export class Trainer {
  constructor({ module, script }) {
    this.worker = new Worker(script);
    this.waiting = new Map();
    this.last = 0;
    this.ended = null;
    this.onframe = () => {};
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end(event.message || "The worker has ended.");
    };
    this.opened = this.call("open", module);
  }

  /** Asks the worker for something, and returns a promise of its answer. */
  call(call, ...parameters) {
    if (this.ended) return Promise.reject(new Error(this.ended));
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, call, parameters });
    });
  }

  hear({ id, answer, error, fatal, frame, weights, panicked }) {
    if (panicked) this.panic = panicked;
    else if (frame) this.onframe(frame, weights);
    else if (fatal) this.end(this.panic ?? error);
    else {
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) resolve(answer);
      else reject(new Error(error));
    }
  }

  /** Ends the worker, and with it its memory. */
  end(reason = "The training was ended.") {
    this.ended = reason;
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }
}
