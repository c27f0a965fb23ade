import type { MatchCondition } from './match-conditions.ts';

/** One entry of a registration, as far as entries differ; it is called `PREFIX.PURPOSE.imagestreams.io`. */
export interface WebhookEntry {
  readonly prefix: string;
  readonly purpose: 'names' | 'triggers' | 'streams';
  readonly rules: readonly object[];
  readonly matchPolicy: 'Equivalent' | 'Exact';
  readonly matchConditions: readonly MatchCondition[];
}
