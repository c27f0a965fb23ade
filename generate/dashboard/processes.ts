import { lines, type Panel, stat, states } from './panel.ts';

const day = 86_400;
/** Keeps of Node's metrics those of this project's processes. */
const ours = 'and on (namespace, instance) imagestreams_healthcheck{NS}';

export const state: readonly Panel[] = [
  stat({
    title: 'Webhooks ready',
    description: 'Without any, whatever names an image stream is refused.',
    unit: 'short',
    queries: [
      [
        'count(min by (namespace, instance) (imagestreams_healthcheck{NS, type="readyz"}) == 1 and on (namespace, instance) imagestreams_streams_cached) or vector(0)',
      ],
    ],
    thresholds: ['red', [1, 'orange'], [2, 'green']],
  }),
  stat({
    title: 'Controllers leading',
    description: 'One, always.',
    unit: 'short',
    queries: [['sum(imagestreams_leader{NS})']],
    thresholds: ['red', [1, 'green'], [2, 'red']],
  }),
  stat({
    title: 'Reviews failed, 1 h',
    description: 'Errors of the webhook itself; each was told to a user as an internal error.',
    unit: 'short',
    queries: [['sum(increase(imagestreams_admission_reviews_total{NS, verdict="Failed"}[1h])) or vector(0)']],
    thresholds: ['green', [0.5, 'red']],
  }),
  stat({
    title: 'Time to answer, p99',
    description: 'From the last byte of a review to its answer.',
    unit: 's',
    queries: [
      [
        'histogram_quantile(0.99, sum by (le) (rate(imagestreams_admission_review_duration_seconds_bucket{NS}[$__rate_interval])))',
      ],
    ],
    thresholds: ['green', [0.5, 'orange'], [2.5, 'red']],
  }),
  stat({
    title: 'Certificates expire in',
    description: 'The first of them. They are renewed when a third of their life is left.',
    unit: 'dtdurations',
    queries: [['min(imagestreams_certificate_expiry_seconds{NS})']],
    thresholds: ['red', [2 * day, 'orange'], [20 * day, 'green']],
  }),
  stat({
    title: 'Image streams',
    description: 'In the memory of a webhook.',
    unit: 'short',
    queries: [['max(imagestreams_streams_cached{NS})']],
  }),
];

export const keeping: readonly Panel[] = [
  lines({
    title: 'Certificates expire in',
    description: 'Of what is served and what is stored, the one that ends first.',
    unit: 'dtdurations',
    queries: [['min by (certificate) (imagestreams_certificate_expiry_seconds{NS})', '{{certificate}}']],
    width: 8,
  }),
  lines({
    title: 'Steps to keep them in order',
    description: 'Each has an Event. Failures are tried again every 15 seconds.',
    unit: 'ops',
    queries: [
      ['sum by (reason) (rate(imagestreams_certificate_steps_total{NS}[$__rate_interval]))', '{{reason}}'],
      ['sum(rate(imagestreams_certificate_failures_total{NS}[$__rate_interval]))', 'failures'],
    ],
    width: 8,
  }),
  lines({
    title: 'Policy and registration',
    description:
      'Entries that the webhook configurations lack for the policy, and whether the policy as written is refused; both should be 0.',
    unit: 'short',
    queries: [
      ['max(imagestreams_registration_missing_entries{NS})', 'entries missing'],
      ['max(imagestreams_policy_refused{NS})', 'policy refused'],
    ],
    width: 8,
  }),
];

export const processes: readonly Panel[] = [
  states({
    title: 'Ready',
    description: 'All checks of /readyz pass.',
    unit: 'short',
    queries: [['min by (pod) (imagestreams_healthcheck{NS, type="readyz"})', '{{pod}}']],
    words: { 0: ['not ready', 'red'], 1: ['ready', 'green'] },
  }),
  lines({
    title: 'Memory',
    description: 'Resident, and the limit of the container.',
    unit: 'bytes',
    queries: [
      [`process_resident_memory_bytes ${ours}`, '{{pod}}'],
      ['max by (container) (imagestreams_memory_limit_bytes{NS})', 'limit of {{container}}'],
    ],
  }),
  lines({
    title: 'Processor time',
    description: 'Of one core.',
    unit: 'percentunit',
    queries: [[`rate(process_cpu_seconds_total[$__rate_interval]) ${ours}`, '{{pod}}']],
  }),
  lines({
    title: 'Lag of the event loop, p99',
    description: 'Everything waits for so long.',
    unit: 's',
    queries: [[`nodejs_eventloop_lag_p99_seconds ${ours}`, '{{pod}}']],
  }),
  lines({
    title: 'Age of the last news of streams',
    description: 'API servers send something about once a minute, even when nothing happens.',
    unit: 's',
    queries: [['imagestreams_streams_last_event_age_seconds{NS}', '{{pod}}']],
  }),
];
