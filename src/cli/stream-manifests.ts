import {
  type ImageStream,
  imageStreamGroup,
  type ResolvableStream,
  resolvableStream,
} from '../imagestream/index.ts';
import { type ManifestPath, manifestDocuments } from './manifest-documents.ts';
import { type ManifestObject, manifestObjects, namespaceOf } from './manifest-objects.ts';
import { shapeFaults } from './stream-shape.ts';

/** An image stream as a manifest declares it. */
export interface DeclaredStream {
  readonly namespace: string;
  readonly name: string;
  readonly stream: ResolvableStream;
}

/** What a file declares: its streams, or what is wrong with it, one line for each fault with file and line. */
export type StreamFile =
  | { readonly ok: true; readonly streams: readonly DeclaredStream[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const streamVersion = `${imageStreamGroup}/v1`;

/** Reads the image streams of one manifest file; objects of other kinds are none of its business. */
export function streamsOf(file: string, text: string, defaultNamespace: string): StreamFile {
  const manifest = manifestDocuments(text);
  if (!manifest.ok) {
    return { ok: false, problems: [`${file}:${manifest.line}:${manifest.column}: ${manifest.message}`] };
  }
  const streams: DeclaredStream[] = [];
  const problems: string[] = [];
  for (const document of manifest.documents) {
    if (typeof document.value !== 'object' || Array.isArray(document.value)) {
      problems.push(`${file}:${document.lineOf([])}: document ${document.number} is no Kubernetes object`);
    }
    for (const entry of manifestObjects(document)) {
      const { object } = entry;
      if (object.kind !== 'ImageStream') continue;
      const faults = faultsOf(file, entry);
      problems.push(...faults);
      if (faults.length > 0) continue;
      const stream = object as unknown as ImageStream;
      const namespace = namespaceOf(object, defaultNamespace);
      streams.push({ namespace, name: stream.metadata.name, stream: resolvableStream(stream) });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, streams };
}

function faultsOf(file: string, { object, document, path }: ManifestObject): readonly string[] {
  const tell = (field: ManifestPath, message: string) =>
    `${file}:${document.lineOf([...path, ...field])}: document ${document.number}: ${fieldName([...path, ...field])} ${message}`;
  if (object.apiVersion !== streamVersion) {
    return [tell(['apiVersion'], `of an ImageStream must be ${streamVersion}`)];
  }
  return shapeFaults(object).map((fault) => tell(fault.path, fault.message));
}

/** `spec.tags[0].name`. */
function fieldName(path: ManifestPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`))
    .join('');
}
