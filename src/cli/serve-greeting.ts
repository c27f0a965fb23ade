import { styleText } from 'node:util';
import { streamCells } from './stream-listing.ts';
import type { DeclaredStream } from './stream-manifests.ts';
import type { TryIt } from './try-it.ts';

/** What is being served, and where. */
export interface Serving {
  readonly directory: string;
  readonly streams: readonly DeclaredStream[];
  /** `https://127.0.0.1:8443` */
  readonly url: string;
  readonly caFile: string;
  /** Base URL of health and metrics, if they are served. */
  readonly telemetryUrl: string | undefined;
  readonly tryIt: TryIt | undefined;
}

/** What a person reads on their terminal once all is up. */
export function greeting({ directory, streams, url, caFile, telemetryUrl, tryIt }: Serving): string {
  const paragraphs = [
    [styleText('bold', `Image streams in ${directory}`), ...indented(columns(streams.map(streamCells)))],
    [
      styleText('bold', 'Serving'),
      ...indented(
        columns([
          [`${url}/mutate`, 'writes digests in place of image names'],
          [`${url}/validate`, 'checks trigger annotations'],
          ...(telemetryUrl === undefined ? [] : [[`${telemetryUrl}/metrics`, 'and /livez, /readyz']]),
          [caFile, 'the CA that clients must trust'],
        ]),
      ),
    ],
    ...(tryIt === undefined
      ? []
      : [
          [styleText('bold', 'Try it from another terminal'), ...indented([tryIt.curl])],
          [styleText('bold', 'The same, with the patch in plain text'), ...indented([tryIt.decoded])],
        ]),
    [
      ...(tryIt === undefined ? [] : [`More reviews lie in ${tryIt.reviews}.`]),
      `Edit a file in ${directory}, and the next review sees it. Ctrl-C stops.`,
    ],
  ];
  return `\n${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n\n`;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
