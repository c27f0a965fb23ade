import { imageStreamClusterRoles } from '../src/imagestream/index.ts';
import { templateText, withChartLabels } from './template-text.ts';

/** What people may do with image streams. OpenShift has roles for them, but for none of this project's names. */
export function clusterRolesTemplate(): string {
  const documents = imageStreamClusterRoles.map((role) => withChartLabels(templateText([role])));
  return `{{- if .Values.rbac.aggregate }}\n${documents.join('---\n')}{{- end }}\n`;
}
