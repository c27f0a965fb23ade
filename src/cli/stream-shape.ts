import { imageStreamSchema } from '../imagestream/index.ts';
import { isDigest, parseReference } from '../reference/index.ts';
import { closest } from '../suggestion/index.ts';
import { type KubernetesObject, valueAt } from '../workloads/index.ts';
import type { ManifestPath } from './manifest-documents.ts';

/** Something in a stream's manifest that an API server would not take, or that could never resolve. */
export interface ShapeFault {
  readonly path: ManifestPath;
  /** Follows the name of the field. */
  readonly message: string;
}

/** As much of OpenAPI as the schema of an ImageStream uses. */
interface Shape {
  readonly type: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape;
  readonly items?: Shape;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

const streamShape = imageStreamSchema as Shape;

/**
 * Holds a stream against the schema of the CustomResourceDefinition, strictly: an unknown field is a slip of the keyboard.
 * Null is the same as absent, as everywhere with image streams.
 */
export function shapeFaults(stream: KubernetesObject): readonly ShapeFault[] {
  const faults = [...faultsIn(stream, streamShape, []), ...nameFaults(stream)];
  return faults.length > 0 ? faults : imageFaults(stream);
}

function* faultsIn(value: unknown, shape: Shape, path: ManifestPath): Generator<ShapeFault> {
  if (value === null || value === undefined) return;
  if (!isOfType(value, shape.type)) yield { path, message: wrongType(value, shape.type) };
  else if (Array.isArray(value)) yield* listFaults(value, shape, path);
  else if (typeof value === 'object') yield* fieldFaults(value, shape, path);
}

function* fieldFaults(value: object, shape: Shape, path: ManifestPath): Generator<ShapeFault> {
  const { properties, additionalProperties, required = [] } = shape;
  for (const field of required) {
    const present = valueAt(value, [field]);
    if (present === undefined || present === null) yield { path: [...path, field], message: 'is missing' };
  }
  for (const [field, inner] of Object.entries(value)) {
    const known = properties === undefined ? additionalProperties : properties[field];
    if (known !== undefined) yield* faultsIn(inner, known, [...path, field]);
    else if (properties !== undefined) {
      const meant = closest(field, Object.keys(properties));
      const suggestion = meant === undefined ? '' : `; did you mean "${meant}"?`;
      yield { path: [...path, field], message: `is no field of an ImageStream${suggestion}` };
    }
  }
}

function* listFaults(list: readonly unknown[], shape: Shape, path: ManifestPath): Generator<ShapeFault> {
  const [key] = shape['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<unknown>();
  for (const [index, entry] of list.entries()) {
    if (shape.items !== undefined) yield* faultsIn(entry, shape.items, [...path, index]);
    const name = key === undefined ? undefined : valueAt(entry, [key]);
    if (key !== undefined && name !== undefined && seen.has(name)) {
      yield { path: [...path, index, key], message: `is "${name}" a second time; keep one of them` };
    }
    seen.add(name);
  }
}

function* nameFaults(stream: KubernetesObject): Generator<ShapeFault> {
  const name = valueAt(stream, ['metadata', 'name']);
  const path = ['metadata', 'name'];
  if (name === undefined || name === null || name === '') yield { path, message: 'is missing' };
  else if (typeof name !== 'string') yield { path, message: wrongType(name, 'string') };
  const namespace = valueAt(stream, ['metadata', 'namespace']) ?? '';
  if (typeof namespace !== 'string') {
    yield { path: ['metadata', 'namespace'], message: wrongType(namespace, 'string') };
  }
}

/** What a tag points to now must be something that can be pulled; its history is history. */
function imageFaults(stream: KubernetesObject): readonly ShapeFault[] {
  const tags = valueAt(stream, ['status', 'tags']);
  return (Array.isArray(tags) ? tags : []).flatMap((tag: unknown, index): ShapeFault[] => {
    const path = ['status', 'tags', index, 'items', 0];
    const image = valueAt(tag, ['items', '0', 'image']);
    const reference = valueAt(tag, ['items', '0', 'dockerImageReference']);
    if (typeof image !== 'string' || image === '') return [];
    if (!isDigest(image)) {
      const message = `is "${image}" and must be a digest, sha256: and 64 hexadecimal digits`;
      return [{ path: [...path, 'image'], message }];
    }
    const parsed = parseReference(typeof reference === 'string' ? reference : '');
    if (parsed.ok) return [];
    return [{ path: [...path, 'dockerImageReference'], message: `is no pull spec: ${parsed.message}` }];
  });
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function wrongType(value: unknown, type: string): string {
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  const seen = scalar ? `the ${typeof value} ${value}` : nameOfType(value);
  const quotes = scalar && type === 'string' ? '; put it in quotes' : '';
  return `is ${seen} and must be ${articled(type)}${quotes}`;
}

function nameOfType(value: unknown): string {
  return Array.isArray(value) ? 'a list' : articled(typeof value);
}

function articled(type: string): string {
  switch (type) {
    case 'array':
      return 'a list';
    case 'object':
    case 'integer':
      return `an ${type}`;
    case 'boolean':
      return 'true or false';
    default:
      return `a ${type}`;
  }
}
