import { lastAppliedAnnotation } from './annotations.ts';
import type { FieldProblem } from './field-problem.ts';
import { usersAnnotations } from './own-annotations.ts';
import type { ImageStream } from './types.ts';

/** What Kubernetes allows for all annotations of an object: bytes of keys and values. */
const mostOfObject = 256 * 1024;

/** Of that, for what the controller notes in annotations of the stream. */
const keptForController = 16 * 1024;

/** Bytes of keys and values that annotations of a stream may have together, beside the controller's. */
export const mostAnnotationBytes = mostOfObject - keptForController;

const encoder = new TextEncoder();

/** The annotations take more than they may and more than before, so that the controller could soon write none. */
export function annotationSizeProblem(
  next: ImageStream,
  old: ImageStream | undefined,
): FieldProblem | undefined {
  const annotations = usersAnnotations(next);
  const bytes = bytesOf(annotations);
  if (bytes <= mostAnnotationBytes || bytes <= bytesOf(usersAnnotations(old))) return undefined;
  const applied = bytesOf(annotations.filter(([name]) => name === lastAppliedAnnotation));
  const fix =
    applied > bytes / 2
      ? `${applied} of them are the copy that kubectl apply keeps: use kubectl apply --server-side, which keeps none`
      : 'shorten or remove some';
  const allowed = `Kubernetes allows ${mostOfObject}, of which the controller keeps ${keptForController} for its own`;
  const detail = `the annotations take ${bytes} bytes, and ${mostAnnotationBytes} are allowed: ${allowed}; ${fix}`;
  return { type: 'Forbidden', field: 'metadata.annotations', detail };
}

function bytesOf(annotations: readonly (readonly [string, string])[]): number {
  let bytes = 0;
  for (const [name, value] of annotations) bytes += encoder.encode(name + value).length;
  return bytes;
}
