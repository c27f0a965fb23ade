import { DAY_MS, type ServerNames } from '../tls/index.ts';

/** An object in a namespace. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** What is kept in order. Times in milliseconds. */
export interface RotationSettings {
  /** Secret with the serving certificate, which the webhook reads. */
  readonly serving: NamespacedName;
  /** Secret with the authority and its key; absent when somebody else issues certificates. */
  readonly authority?: NamespacedName;
  /** Name of both webhook configurations whose `caBundle` is filled. */
  readonly configuration: string;
  /** What the API server calls the webhook. */
  readonly names: ServerNames;
  readonly servingLifetimeMs: number;
  readonly authorityLifetimeMs: number;
  /** So long every `caBundle` holds a new authority before a certificate of it is served: all API servers are to have noticed. */
  readonly trustDelayMs: number;
}

export const defaultLifetimes = {
  servingLifetimeMs: 90 * DAY_MS,
  authorityLifetimeMs: 3_650 * DAY_MS,
  trustDelayMs: 60_000,
} as const;

/**
 * Why these lifetimes leave no time to change authorities in peace; undefined when they do. The next change comes after two thirds of an
 * authority's life: by then all that its predecessor signed has to be over. In the last third its successor has to get around.
 */
export function lifetimeFault(
  settings: Pick<RotationSettings, 'servingLifetimeMs' | 'authorityLifetimeMs' | 'trustDelayMs'>,
): string | undefined {
  const { servingLifetimeMs, authorityLifetimeMs, trustDelayMs } = settings;
  if (servingLifetimeMs < 4 * trustDelayMs) {
    return 'the serving certificate has to live four times as long as a new authority waits to be trusted';
  }
  if (authorityLifetimeMs < 2 * (servingLifetimeMs + trustDelayMs)) {
    return 'the authority has to live twice as long as the serving certificate, and twice as long as a new one waits to be trusted besides';
  }
  return undefined;
}
