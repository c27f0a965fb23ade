import { lines, type Panel, quantiles } from './panel.ts';

export const imports: readonly Panel[] = [
  lines({
    title: 'Imports by result',
    description: 'Unchanged is a check that found what was there.',
    unit: 'ops',
    queries: [['sum by (result) (rate(imagestreams_imports_total{NS}[$__rate_interval]))', '{{result}}']],
    stacked: true,
    width: 8,
  }),
  lines({
    title: 'Failed imports by registry and reason',
    description:
      'Registries that never answered are "other". The stream\'s condition tells the same to its owner.',
    unit: 'ops',
    queries: [
      [
        'sum by (registry, reason) (rate(imagestreams_imports_total{NS, result="Failed"}[$__rate_interval]))',
        '{{registry}} {{reason}}',
      ],
    ],
    width: 8,
  }),
  lines({
    title: 'Time of an import',
    description: 'Waiting for its turn at the registry included.',
    unit: 's',
    queries: quantiles('imagestreams_import_duration_seconds'),
    width: 8,
  }),
  lines({
    title: 'Waiting work',
    description: 'Imports that are due, and streams that are to be looked at.',
    unit: 'short',
    queries: [
      ['sum(imagestreams_imports_waiting{NS})', 'imports'],
      ['sum(imagestreams_queue_depth{NS})', 'streams'],
    ],
    width: 8,
  }),
  lines({
    title: 'Longest wait',
    description: 'How late imports and streams are.',
    unit: 's',
    queries: [
      ['max(imagestreams_imports_oldest_seconds{NS})', 'imports'],
      ['max(imagestreams_queue_oldest_seconds{NS})', 'streams'],
    ],
    width: 8,
  }),
  lines({
    title: 'Moves and writes',
    description: 'Tags that were made to point to another image, and streams that were written.',
    unit: 'ops',
    queries: [
      ['sum(rate(imagestreams_tag_moves_total{NS}[$__rate_interval]))', 'tags moved'],
      ['sum(rate(imagestreams_stream_writes_total{NS}[$__rate_interval]))', 'streams written'],
    ],
    width: 8,
  }),
];

export const triggers: readonly Panel[] = [
  lines({
    title: 'Workloads written by result',
    description:
      'Admission is what should be seen. Failed is tried again; Refused is not, and an Event tells why.',
    unit: 'ops',
    queries: [
      ['sum by (result) (rate(imagestreams_trigger_writes_total{NS}[$__rate_interval]))', '{{result}}'],
    ],
    stacked: true,
  }),
  lines({
    title: 'From a move to its workloads',
    description: 'From seeing a tag move to having its image in a workload that follows it.',
    unit: 's',
    queries: quantiles('imagestreams_trigger_delay_seconds'),
  }),
  lines({
    title: 'Waiting workloads',
    description:
      'Workloads that are to be looked at, those at hand, and Jobs that are deleted and not made anew yet.',
    unit: 'short',
    queries: [
      ['sum(imagestreams_trigger_queue_depth{NS})', 'waiting'],
      ['sum(imagestreams_trigger_queue_working{NS})', 'at hand'],
      ['sum(imagestreams_trigger_pending_jobs{NS})', 'Jobs missing'],
    ],
    width: 8,
  }),
  lines({
    title: 'Longest wait of a workload',
    description: 'How late workloads follow their tags.',
    unit: 's',
    queries: [['max(imagestreams_trigger_queue_oldest_seconds{NS})', 'workloads']],
    width: 8,
  }),
  lines({
    title: 'Workloads with triggers',
    description: 'By kind, and the tags that they follow.',
    unit: 'short',
    queries: [
      ['sum by (kind) (imagestreams_trigger_workloads{NS})', '{{kind}}'],
      ['sum(imagestreams_trigger_followed_tags{NS})', 'tags followed'],
    ],
    width: 8,
  }),
];
