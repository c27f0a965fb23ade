import type { Clock } from '../cluster/index.ts';
import { isTrusted } from './bundle.ts';
import { type Ground, observe } from './ground.ts';
import { type Memory, nextStep, type Step } from './next-step.ts';
import type { RotationSettings } from './settings.ts';
import { isFault, type Observation, type Registration, type TrustedCertificate } from './state.ts';

/** A step that was taken, and what it was decided by. */
export interface Taken {
  readonly step: Step;
  readonly observation: Observation;
  /** The API server's time, in milliseconds since the epoch. */
  readonly now: number;
}

/** Looks at everything, decides on one step and takes it. Any number of processes may do so at the same time, and end at any moment. */
export class Rotation {
  readonly #ground: Ground;
  readonly #settings: RotationSettings;
  readonly #clock: Pick<Clock, 'now'>;
  /** What the registrations held when all was well, by their identity. */
  #complete: ReadonlyMap<string, string> = new Map();
  #trusted: { readonly id: string; readonly since: number } | undefined;

  /** @param clock runs on whatever the wall clocks do */
  constructor(ground: Ground, settings: RotationSettings, clock: Pick<Clock, 'now'>) {
    this.#ground = ground;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Rejects with an ApiError; `Conflict`, `AlreadyExists` and `NotFound` mean that it is worth looking again at once. */
  async step(): Promise<Taken> {
    const startedAt = this.#clock.now();
    // before anything else, so that whoever stalls in between issues nothing that outlives what others count with
    const now = await this.#ground.now();
    const observation = await observe(this.#ground, this.#settings.authority !== undefined);
    this.#note(observation);
    const step = nextStep(observation, this.#memory(startedAt), this.#settings, now);
    if (step.kind === 'Rest') this.#complete = completeOnes(observation);
    await this.#take(step, observation, now);
    return { step, observation, now };
  }

  #memory(now: number): Memory {
    return {
      trustedMs: ({ id }) => (this.#trusted?.id === id ? now - this.#trusted.since : 0),
      wasComplete: (registration, bundle) =>
        this.#complete.get(registrationKey(registration)) === identityOf(bundle),
    };
  }

  /** Counts from the end of the first look that saw it trusted, to the begin of the last. */
  #note({ registrations, authority: stored }: Observation): void {
    if (stored === undefined || isFault(stored.authority)) {
      this.#trusted = undefined;
      return;
    }
    const { trusted } = stored.authority;
    if (!isTrusted(registrations, trusted)) this.#trusted = undefined;
    else if (this.#trusted?.id !== trusted.id) this.#trusted = { id: trusted.id, since: this.#clock.now() };
  }

  async #take(step: Step, observation: Observation, now: number): Promise<void> {
    const { serving, authority: stored } = observation;
    switch (step.kind) {
      case 'IssueAuthority': {
        if (stored === undefined) return;
        const authority = await this.#ground.issueAuthority(now);
        const { previous, previousUntil } = step;
        await this.#ground.writeAuthority({ authority, previous, previousUntil }, stored);
        return;
      }
      case 'IssueServing': {
        const authority = step.authority.pair;
        const leaf = await this.#ground.issueServing(authority, now);
        await this.#ground.writeServing({ leaf, authority }, serving);
        return;
      }
      case 'WriteBundle':
        await this.#ground.writeBundle(step.bundle, step.registration);
        return;
      case 'RetireAuthorities': {
        if (stored === undefined) return;
        const content = { authority: step.authority.pair, previous: [], previousUntil: undefined };
        await this.#ground.writeAuthority(content, stored);
        return;
      }
      case 'Rest':
        return;
    }
  }
}

function completeOnes({ registrations }: Observation): ReadonlyMap<string, string> {
  return new Map(
    registrations.map((each) => [registrationKey(each), identityOf(each.bundles[0]?.certificates ?? [])]),
  );
}

/** One with other webhooks is another one: that some of them are not filled yet is nobody's doing. */
function registrationKey({ kind, uid, bundles }: Registration): string {
  const names = bundles.map(({ webhook }) => webhook).toSorted();
  return `${kind} ${uid} ${names.join(' ')}`;
}

function identityOf(bundle: readonly TrustedCertificate[]): string {
  return bundle
    .map(({ id }) => id)
    .toSorted()
    .join(' ');
}
