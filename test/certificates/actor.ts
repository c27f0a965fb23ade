import { setImmediate } from 'node:timers/promises';
import { Rotation, type Taken } from '../../src/certificates/rotation.ts';
import type { RotationSettings } from '../../src/certificates/settings.ts';
import type { World } from './world.ts';

/** A controller whose every request waits until it is told to go on; others may act in between, and it may never go on at all. */
export class Actor {
  readonly #world: World;
  readonly #settings: RotationSettings;
  #turn: (() => void) | undefined;
  /** What has been sent when the process ended may still arrive. */
  readonly #late: (() => void)[] = [];
  /** What it did last. */
  last: Taken['step'] | undefined;
  #life = 0;

  constructor(world: World, settings: RotationSettings) {
    this.#world = world;
    this.#settings = settings;
    this.#begin();
  }

  /** One request goes on its way, and everything up to the next one happens. */
  async turn(): Promise<void> {
    const turn = this.#turn;
    this.#turn = undefined;
    turn?.();
    await setImmediate();
  }

  /** Ends at whatever it was doing, and begins anew without a memory. */
  async crash(): Promise<void> {
    if (this.#turn !== undefined) this.#late.push(this.#turn);
    this.#turn = undefined;
    this.#begin();
    await setImmediate();
  }

  /** Its last request before it ended arrives only now. */
  async lateRequest(): Promise<void> {
    this.#late.shift()?.();
    await setImmediate();
  }

  #begin(): void {
    this.#life += 1;
    this.last = undefined;
    const life = this.#life;
    const turn = () =>
      new Promise<void>((resolve) => {
        // one that has ended sends nothing more
        if (this.#life === life) this.#turn = resolve;
      });
    const clock = { now: () => this.#world.elapsed };
    const rotation = new Rotation(this.#world.ground(turn), this.#settings, clock);
    void this.#run(rotation, life);
  }

  async #run(rotation: Rotation, life: number): Promise<void> {
    while (this.#life === life) {
      try {
        const { step } = await rotation.step();
        if (this.#life === life) this.last = step;
      } catch {
        // somebody else was there first: look again
        this.last = undefined;
      }
    }
  }
}
