import type { Clock } from '../cluster/index.ts';
import type { FoundImage } from '../registry/index.ts';

interface Answer {
  readonly found: Promise<FoundImage>;
  until: number;
}

/**
 * One question to a registry for all who ask the same at the same time, or, when they take an answer that is not new, a moment
 * later. What makes two questions the same is the asker's word: whatever could change the answer, credentials first of all,
 * has to be part of the key.
 */
export class SharedFinds {
  readonly #keepMs: number;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();

  /** @param keepMs how long an image that was found serves those who take it */
  constructor(clock: Clock, keepMs: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  /** Answers in memory, those under way included. */
  get size(): number {
    return this.#answers.size;
  }

  /** @param fresh only an answer that is still under way is shared */
  find(key: string, fresh: boolean, ask: () => Promise<FoundImage>): Promise<FoundImage> {
    this.#sweep();
    const known = this.#answers.get(key);
    if (known !== undefined && (known.until === underWay || (!fresh && known.until > this.#clock.now()))) {
      return known.found;
    }
    const answer: Answer = { found: ask(), until: underWay };
    this.#answers.set(key, answer);
    answer.found.then(
      () => this.#settled(key, answer, this.#keepMs),
      () => this.#settled(key, answer, 0),
    );
    return answer.found;
  }

  #settled(key: string, answer: Answer, keepMs: number): void {
    answer.until = this.#clock.now() + keepMs;
    if (keepMs === 0 && this.#answers.get(key) === answer) this.#answers.delete(key);
  }

  /** Lets the oldest go that are of no use any more, without a timer that would keep a process from ending. */
  #sweep(): void {
    let looked = 0;
    for (const [key, answer] of this.#answers) {
      if (++looked > mostLooked) return;
      if (answer.until > this.#clock.now()) {
        if (answer.until !== underWay) return;
        // it will be old when those behind it are
        this.#answers.delete(key);
        this.#answers.set(key, answer);
      } else this.#answers.delete(key);
    }
  }
}

const underWay = Number.POSITIVE_INFINITY;

/** More than one, so that what is let go keeps up with what comes. */
const mostLooked = 4;
