import { closest } from '../suggestion/index.ts';
import { shownText } from './field-problem.ts';

const sourceKinds = ['DockerImage', 'ImageStreamImage', 'ImageStreamTag'] as const;

/** Why a tag cannot come from this kind (image-streams.md §2.1), and which one was probably meant; empty when it can. */
export function sourceKindDetail(kind: string): string {
  if (sourceKinds.some((known) => known === kind)) return '';
  const allowed = `valid values are ${sourceKinds.map((known) => `'${known}'`).join(', ')}`;
  if (kind === '') return allowed;
  const meant = closest(kind, sourceKinds);
  return `${allowed}, not "${shownText(kind)}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
}
