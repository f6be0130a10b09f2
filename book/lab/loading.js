// Scripts that are loaded late. A page that is opened from a disk may load scripts and nothing else, so they hand over
// what they have.

/** A module of a few bytes that only loads where vectors of 128 bits do. */
const VECTORS = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

/** What this browser lacks for the lab; an empty text if it has everything. */
export function missing() {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  if (!WebAssembly.validate(new Uint8Array(VECTORS))) return "the vector instructions of WebAssembly";
  if (typeof DecompressionStream !== "function") return "decompression (DecompressionStream)";
  if (typeof Worker !== "function") return "workers";
  return "";
}

const loaded = new Map();

/** Runs the script at `address`, once for all who ask, and returns what it hands over. One at a time. */
export function handedOver(address) {
  if (!loaded.has(address.href)) {
    const load = new Promise((resolve, reject) => {
      window.labHandsOver = resolve;
      const script = document.createElement("script");
      script.src = address;
      script.onerror = () => {
        script.remove();
        loaded.delete(address.href); // so that the next click tries again
        reject(new Error("The lab could not be loaded. Is the network there, or has the book been moved without it?"));
      };
      document.head.append(script);
    });
    loaded.set(address.href, load);
  }
  return loaded.get(address.href);
}
