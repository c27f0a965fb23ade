import { styleText } from 'node:util';
import { printable } from './printable.ts';

/** What a log line may hold, as far as a person reads it; see logReview of the admission room. */
interface LogLine {
  readonly level?: string;
  readonly time?: string;
  readonly msg?: string;
  readonly webhook?: string;
  readonly verdict?: string;
  readonly operation?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly user?: string;
  readonly dryRun?: boolean;
  readonly images?: readonly string[];
  readonly warnings?: readonly string[];
  readonly refused?: string;
  readonly err?: { readonly message?: string };
}

type Style = Parameters<typeof styleText>[0];

/** Writes a log line of JSON for a person: who did what to which object, what became of it, and what they were told. */
export function readableLine(json: string): string {
  const line = JSON.parse(json, (_, value) =>
    typeof value === 'string' ? printable(value) : value,
  ) as LogLine;
  const time = styleText('dim', new Date(line.time ?? 0).toTimeString().slice(0, 8));
  const lines =
    line.verdict === undefined || line.operation === undefined ? plainLines(line) : reviewLines(line);
  return `${lines.map((text, index) => (index === 0 ? `${time}  ${text}` : `          ${text}`)).join('\n')}\n`;
}

function plainLines({ level, msg = '', err }: LogLine): readonly string[] {
  const [style, label]: [Style, string] =
    level === 'error' || level === 'fatal'
      ? ['red', 'error: ']
      : level === 'warn'
        ? ['yellow', 'warning: ']
        : ['reset', ''];
  const cause = err?.message === undefined || msg.includes(err.message) ? '' : `: ${err.message}`;
  return [`${label === '' ? '' : styleText(style, label)}${msg}${cause}`];
}

function reviewLines(line: LogLine): readonly string[] {
  const {
    webhook = '',
    verdict = '',
    kind = 'object',
    namespace,
    name,
    user,
    images = [],
    warnings = [],
    refused,
  } = line;
  const object = [namespace, name].filter(Boolean).join('/');
  const did = `${user ?? 'somebody'} ${verbs[line.operation ?? ''] ?? 'sends'} ${kind} ${object}`;
  const { word, style } = (kind === 'ImageStream' ? streamVerdicts[verdict] : undefined) ??
    verdicts[verdict] ?? { word: verdict, style: 'reset' };
  const dryRun = line.dryRun === true ? ' (dry run)' : '';
  return [
    `${webhook.padEnd('validate'.length)}  ${did}${dryRun}: ${styleText(style, word)}`,
    ...images.map((image) => `  ${image}`),
    ...warnings.map((warning) => `  ${styleText('yellow', 'warning:')} ${warning}`),
    ...(refused === undefined ? [] : [`  ${refused}`]),
  ];
}

const verbs: Readonly<Record<string, string>> = { CREATE: 'creates', UPDATE: 'updates' };

interface Verdict {
  readonly word: string;
  readonly style: Style;
}

const streamVerdicts: Readonly<Record<string, Verdict>> = { Patched: { word: 'completed', style: 'green' } };

const verdicts: Readonly<Record<string, Verdict>> = {
  Allowed: { word: 'nothing to do', style: 'dim' },
  Patched: { word: 'resolved', style: 'green' },
  Warned: { word: 'admitted with a warning', style: 'yellow' },
  Denied: { word: 'refused', style: 'red' },
};
