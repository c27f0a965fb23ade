import type { FieldProblem } from './field-problem.ts';
import { isObject } from './shape.ts';
import type { StreamName } from './tag-source.ts';
import type { ImageStream } from './types.ts';

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const subdomainPattern = new RegExp(`^${label}(?:\\.${label})*$`);
const labelPattern = new RegExp(`^${label}$`);
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const repositoryPattern = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const longestPath = 255;

/** Could an image stream have this name: is it a DNS subdomain, as a custom resource needs? */
export function isStreamName(text: string): boolean {
  return text.length <= 253 && subdomainPattern.test(text);
}

/** Could a namespace have this name: is it a DNS label? */
export function isNamespaceName(text: string): boolean {
  return text.length <= 63 && labelPattern.test(text);
}

/** Could a registry have a tag of this name (image-streams.md §3)? */
export function isTagName(text: string): boolean {
  return tagPattern.test(text);
}

/** The stream as the sources of its tags are read; a name that the API server has yet to generate is no stream's. */
export function homeOf({ metadata }: ImageStream, namespace: string): StreamName {
  const name: unknown = isObject(metadata) ? metadata.name : undefined;
  return { namespace, stream: typeof name === 'string' && name !== '' ? name : '?' };
}

/** What is wrong with the name of a new stream, which is also a repository's (image-streams.md §2.1). */
export function streamNameProblems({ metadata }: ImageStream, namespace: string): readonly FieldProblem[] {
  const given: Readonly<Record<string, unknown>> = isObject(metadata) ? metadata : {};
  const name = typeof given['name'] === 'string' ? given['name'] : '';
  const field = 'metadata.name';
  if (name === '') {
    if (given['generateName']) return [];
    return [{ type: 'Required', field, detail: 'name or generateName is required' }];
  }
  const details: string[] = [];
  if (name === '.' || name === '..') details.push(`may not be '${name}'`);
  for (const character of ['/', '%']) {
    if (name.includes(character)) details.push(`may not contain '${character}'`);
  }
  if (details.length === 0 && !repositoryPattern.test(name)) {
    details.push('must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"');
  }
  if (namespace.length + 1 + name.length > longestPath) {
    details.push(`'namespace/name' cannot be longer than ${longestPath} characters`);
  }
  return details.map((detail) => ({ type: 'Invalid', field, value: name, detail }));
}
