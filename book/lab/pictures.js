// Digits and weights as pictures. The canvases are only written, never read back.
import { html } from "./dom.js";

/** Digits of the data set are that high and wide. */
export const SIDE = 8;

/** Paints values from -1 to 1 on a canvas of one pixel each: negative orange, positive blue, 0 as the paper. */
export function paintWeights(canvas, values, dark) {
  const ends = dark
    ? [
        [255, 158, 87],
        [90, 170, 255],
      ]
    : [
        [196, 88, 0],
        [0, 62, 146],
      ];
  const paper = dark ? [22, 25, 35] : [255, 255, 255];
  paint(canvas, values, (value) => {
    const end = ends[value < 0 ? 0 : 1];
    const part = Math.min(1, Math.abs(value));
    return paper.map((from, channel) => from + part * (end[channel] - from));
  });
}

/** Returns an image, ink from 0 to 1, as a canvas with its name. */
export function picture(pixels, name, dark) {
  const canvas = html("canvas", { class: "lab-digit", role: "img", "aria-label": name });
  const [ink, paper] = dark
    ? [
        [236, 238, 245],
        [30, 34, 48],
      ]
    : [
        [20, 22, 26],
        [255, 255, 255],
      ];
  paint(canvas, pixels, (value) => paper.map((from, channel) => from + value * (ink[channel] - from)));
  return canvas;
}

/** Paints the first square of the values. */
function paint(canvas, values, colour) {
  const side = Math.floor(Math.sqrt(values.length));
  [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let pixel = 0; pixel < side * side; pixel++) image.data.set([...colour(values[pixel]), 255], 4 * pixel);
  context.putImageData(image, 0, 0);
}

/** Whether the page is dark now. */
export function isDark() {
  return ["navy", "coal", "ayu"].some((theme) => document.documentElement.classList.contains(theme));
}
