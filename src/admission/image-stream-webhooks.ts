import { imageStreamGroup } from '../imagestream/index.ts';
import {
  streamMutateConditions,
  streamStatusConditions,
  streamValidateConditions,
} from './image-stream-conditions.ts';
import { reviewedVersion } from './image-stream-subject.ts';
import type { WebhookEntry } from './webhook-entry.ts';

/**
 * What is registered for image streams, whatever the policy. `Exact` keeps the controller's own writes, which are in another
 * version, away: importing must not depend on the webhook, nor trimming a history on its rules.
 */
const common = { purpose: 'streams', matchPolicy: 'Exact' } as const;

const rule = { apiGroups: [imageStreamGroup], apiVersions: [reviewedVersion], scope: 'Namespaced' } as const;

const written = { ...rule, operations: ['CREATE', 'UPDATE'], resources: ['imagestreams'] } as const;

export const streamMutateEntry: WebhookEntry = {
  ...common,
  prefix: 'imagestreams',
  rules: [written],
  matchConditions: streamMutateConditions,
};

export const streamValidateEntries: readonly WebhookEntry[] = [
  { ...streamMutateEntry, matchConditions: streamValidateConditions },
  {
    ...common,
    prefix: 'imagestreams-status',
    rules: [{ ...rule, operations: ['UPDATE'], resources: ['imagestreams/status'] }],
    matchConditions: streamStatusConditions,
  },
];
