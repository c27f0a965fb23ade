import { lines, type Panel, quantiles } from './panel.ts';

const ours = 'name=~".+[.]imagestreams[.]io"';

export const reviews: readonly Panel[] = [
  lines({
    title: 'Reviews by verdict',
    description:
      'Denied is a user whose write was refused with a reason. Failed and Malformed should not be there.',
    unit: 'reqps',
    queries: [
      ['sum by (verdict) (rate(imagestreams_admission_reviews_total{NS}[$__rate_interval]))', '{{verdict}}'],
    ],
    stacked: true,
  }),
  lines({
    title: 'Time to answer',
    description:
      'From the last byte of a review to its answer. API servers wait 5 seconds; waiting for a first import takes 2 at most.',
    unit: 's',
    queries: quantiles('imagestreams_admission_review_duration_seconds', 'webhook'),
  }),
  lines({
    title: 'Images by result',
    description: 'What became of the image strings in objects: Resolved, or why not.',
    unit: 'ops',
    queries: [
      [
        'sum by (result) (rate(imagestreams_admission_resolutions_total{NS}[$__rate_interval]))',
        '{{result}}',
      ],
    ],
    stacked: true,
    width: 8,
  }),
  lines({
    title: 'Triggers by decision',
    description: 'What writes came to for containers with triggers.',
    unit: 'ops',
    queries: [
      [
        'sum by (decision) (rate(imagestreams_admission_trigger_decisions_total{NS}[$__rate_interval]))',
        '{{decision}}',
      ],
    ],
    stacked: true,
    width: 8,
  }),
  lines({
    title: 'Waiting for first imports',
    description: 'Reviews of names whose tag has been written, and not imported yet.',
    unit: 'short',
    queries: [['sum(imagestreams_admission_import_waiters{NS})', 'waiting']],
    width: 8,
  }),
];

/** Of the API servers' own metrics. */
export const calls: readonly Panel[] = [
  lines({
    title: 'Refused, and admitted without a review',
    description:
      'A review that said no is no_error. With any other, the call failed and the write was refused. Without a review: the call failed, and failurePolicy is Ignore.',
    unit: 'reqps',
    queries: [
      [
        `sum by (error_type) (rate(apiserver_admission_webhook_rejection_count{${ours}}[$__rate_interval]))`,
        '{{error_type}}',
      ],
      [
        `sum(rate(apiserver_admission_webhook_fail_open_count{${ours}}[$__rate_interval])) or vector(0)`,
        'without a review',
      ],
    ],
  }),
  lines({
    title: 'Time of a call, p99',
    description: 'As API servers see it: connection, review and answer.',
    unit: 's',
    queries: [
      [
        `histogram_quantile(0.99, sum by (le, name) (rate(apiserver_admission_webhook_admission_duration_seconds_bucket{${ours}}[$__rate_interval])))`,
        '{{name}}',
      ],
    ],
  }),
];
