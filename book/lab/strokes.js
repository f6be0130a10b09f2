// What is drawn: strokes of points, in parts of the pad's side.

/** The keys that move the pen, and whither. */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** How far a key moves it. */
const STEP = 1 / 20;

/** A drawing, by pointer or by keys. */
export class Strokes {
  constructor() {
    this.clear();
  }

  clear() {
    this.all = [];
    this.isDown = false;
    this.pen ??= [0.5, 0.2];
  }

  /** Puts the pen down. */
  begin(x, y) {
    this.isDown = true;
    this.pen = [x, y];
    this.all.push([[x, y]]);
  }

  /** Moves the pen; it draws if it is down. A point at the same place tells nothing. */
  move(x, y) {
    const [lastX, lastY] = this.pen;
    this.pen = [x, y];
    if (this.isDown && (x !== lastX || y !== lastY)) this.all.at(-1).push([x, y]);
  }

  /** Lifts the pen. */
  end() {
    this.isDown = false;
  }

  /** Does what a key asks for, and says so in words; null if it asks for nothing. */
  key(name) {
    if (name in MOVES) {
      const inside = (value) => Math.round(20 * Math.max(0, Math.min(1, value))) / 20;
      const [x, y] = this.pen.map((value, axis) => inside(value + STEP * MOVES[name][axis]));
      this.move(x, y);
      return `${this.isDown ? "drawn to" : "pen at"} ${Math.round(100 * x)}, ${Math.round(100 * y)}`;
    }
    if (name === " " || name === "Enter") {
      if (this.isDown) this.end();
      else this.begin(...this.pen);
      return this.isDown ? "pen down" : "pen up";
    }
    if (name === "Escape" || name === "Delete" || name === "Backspace") {
      this.clear();
      return "cleared";
    }
    return null;
  }
}
