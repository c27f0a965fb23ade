import { type Fight, isOver, type PlannedImage, reverted, rewritten } from '../triggers/index.ts';

/** What is known of one workload for as long as the process lives: no more than keeps it from repeating itself. */
export class TriggerMemory {
  /** When a tag that it follows was seen to move, in milliseconds since the epoch; undefined once it has been looked after. */
  movedAt: number | undefined;
  /** How often in a row the API server took none of what it was to become. */
  refusals = 0;
  /** How often in a row it was not allowed, or not known whether it is, to pull what a trigger follows. */
  unpermitted = 0;
  #told: ReadonlySet<string> = new Set();
  readonly #fights = new Map<string, Fight>();

  /** Nothing that would be missed. */
  get empty(): boolean {
    return (
      this.movedAt === undefined && this.refusals === 0 && this.#told.size === 0 && this.#fights.size === 0
    );
  }

  /** Takes what there is to tell now, and answers what of it was not told the last time. */
  news(sentences: readonly string[]): readonly string[] {
    const told = this.#told;
    this.#told = new Set(sentences);
    return sentences.filter((sentence) => !told.has(sentence));
  }

  /**
   * Looks at images that are to be written.
   * @returns names of containers over which another writer is given way, and the images for which that begins now
   */
  contested(
    images: readonly PlannedImage[],
    now: number,
  ): { readonly yielding: ReadonlySet<string>; readonly stopped: readonly PlannedImage[] } {
    for (const [name, fight] of this.#fights) {
      const goesOn = images.some(({ container }) => container.name === name);
      if (!goesOn && isOver(fight, now)) this.#fights.delete(name);
    }
    const yielding = new Set<string>();
    const stopped: PlannedImage[] = [];
    for (const image of images) {
      const { name } = image.container;
      const before = this.#fights.get(name);
      // until the wait is over it does not matter what stands there
      const fight = image.again ? reverted(before, image.to, now) : before;
      if (fight === undefined || fight.image !== image.to) continue;
      this.#fights.set(name, fight);
      if (fight.until <= now) continue;
      yielding.add(name);
      if (fight.stops !== before?.stops) stopped.push(image);
    }
    return { yielding, stopped };
  }

  wrote(images: readonly PlannedImage[], now: number): void {
    this.refusals = 0;
    for (const { container, to, again } of images) {
      const fight = this.#fights.get(container.name);
      if (fight === undefined) continue;
      if (again && fight.image === to) this.#fights.set(container.name, rewritten(fight, now));
      else this.#fights.delete(container.name);
    }
  }

  /** When the first container is tried again over which another writer is given way. */
  yieldsUntil(now: number): number | undefined {
    const times = [...this.#fights.values()].map(({ until }) => until).filter((until) => until > now);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

/** Those of all workloads. */
export class TriggerMemories {
  readonly #memories = new Map<string, TriggerMemory>();

  of(key: string): TriggerMemory {
    const known = this.#memories.get(key);
    if (known !== undefined) return known;
    const memory = new TriggerMemory();
    this.#memories.set(key, memory);
    return memory;
  }

  /** Lets go what need not be remembered. */
  tidy(key: string): void {
    if (this.#memories.get(key)?.empty === true) this.#memories.delete(key);
  }

  forget(key: string): void {
    this.#memories.delete(key);
  }
}
