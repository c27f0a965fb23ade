import { storedVersionGuard } from '../src/imagestream/index.ts';
import { templateText, tokens, withChartLabels } from './template-text.ts';

/** The policy that keeps everybody but the chart's controller off the stored version, and its binding. */
export function storedVersionTemplate(): string {
  const guard = storedVersionGuard({ namespace: tokens.namespace, name: tokens.controller });
  const documents = guard.map((document) => withChartLabels(templateText([document])));
  return `{{- if include "imagestreams.ownStreams" . }}\n${documents.join('---\n')}{{- end }}\n`;
}
