// Time in both directions: a place among moments that plays, pauses, and is moved.

/** Moments for each second at speed 1. */
const RATE = 8;

/** Plays an ever longer list of moments. `changed` is called whenever the place or the state is another. */
export class Player {
  constructor(changed) {
    this.changed = changed;
    this.length = 0;
    this.place = 0;
    this.speed = 1;
    this.playing = false;
    this.loop = false;
    this.following = false;
    this.rest = 0; // the part of a moment that has passed
  }

  /** Stays at the newest moment until it is moved. */
  follow() {
    this.playing = false;
    this.following = true;
  }

  /** Tells how many moments there are. */
  grow(length) {
    this.length = length;
    this.place = this.following ? length - 1 : Math.min(this.place, length - 1);
  }

  /** Goes to a moment, and stops there. */
  seek(place) {
    this.playing = this.following = false;
    this.move(place);
  }

  /** Goes on, from the start if it has ended; or stops. */
  toggle() {
    this.playing = !this.playing && this.length > 1;
    if (this.playing && this.place >= this.length - 1) this.place = 0;
    this.following = false;
    this.rest = 0;
    this.changed();
  }

  /** Tells that `seconds` have passed. */
  tick(seconds) {
    if (!this.playing) return;
    this.rest += Math.min(seconds, 0.25) * RATE * this.speed;
    const steps = Math.floor(this.rest);
    if (steps === 0) return;
    this.rest -= steps;
    const place = this.place + steps;
    if (place < this.length - 1) return this.move(place);
    this.playing = this.loop;
    this.move(this.loop ? 0 : this.length - 1);
  }

  move(place) {
    this.place = Math.max(0, Math.min(place, this.length - 1));
    this.changed();
  }
}
