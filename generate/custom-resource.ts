import { imageStreamCustomResource } from '../src/imagestream/index.ts';
import { templateText, withChartLabels } from './template-text.ts';

const keep = `  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
`;

/** A template, and no file of `crds/`: Helm never upgrades those, and never deletes them. */
export function customResourceTemplate(): string {
  const text = withChartLabels(templateText([imageStreamCustomResource]));
  const annotated = text.replace(/^metadata:\n/m, (head) => head + keep);
  return `{{- if include "imagestreams.ownStreams" . }}
{{- if .Values.crds.enabled }}
${annotated}{{- end }}
{{- end }}
`;
}
