import { fieldValue, resourceValue, type Whereabouts } from './downward.ts';
import type { Sources } from './environment.ts';
import type { DownwardItem, KeyPath, Pod, ProjectedSource, Volume } from './objects.ts';

/** Files by their path in the volume. */
export type Files = ReadonlyMap<string, Buffer>;

/** What volumes are filled from. */
export interface VolumeSources extends Sources {
  /** A token of the pod's service account, bound to the pod. */
  token(audience: string | undefined, expirationSeconds: number): Promise<string>;
}

/**
 * What a volume is to hold now; undefined for one that is the pod's to write.
 *
 * @throws Error that names what is missing, or a kind of volume that is not supported
 */
export async function volumeFiles(
  volume: Volume,
  pod: Pod,
  sources: VolumeSources,
  at: Whereabouts,
): Promise<Files | undefined> {
  const { name, emptyDir, configMap, secret, downwardAPI, projected } = volume;
  if (emptyDir !== undefined) return undefined;
  if (configMap !== undefined) return await sourceFiles({ configMap }, pod, sources, at);
  if (secret !== undefined) {
    const { secretName, ...rest } = secret;
    return await sourceFiles({ secret: { name: secretName, ...rest } }, pod, sources, at);
  }
  if (downwardAPI !== undefined) return await sourceFiles({ downwardAPI }, pod, sources, at);
  if (projected === undefined) throw new Error(`volume "${name}" is of a kind that is not supported`);
  const files = new Map<string, Buffer>();
  for (const source of projected.sources) {
    for (const [path, content] of await sourceFiles(source, pod, sources, at)) files.set(path, content);
  }
  return files;
}

async function sourceFiles(
  { serviceAccountToken, configMap, secret, downwardAPI }: ProjectedSource,
  pod: Pod,
  sources: VolumeSources,
  at: Whereabouts,
): Promise<Files> {
  if (serviceAccountToken !== undefined) {
    const { path, audience, expirationSeconds = 3600 } = serviceAccountToken;
    return new Map([[path, Buffer.from(await sources.token(audience, expirationSeconds))]]);
  }
  if (configMap !== undefined) return picked('configmap', configMap, await sources.configMap(configMap.name));
  if (secret !== undefined) return picked('secret', secret, await sources.secret(secret.name));
  if (downwardAPI !== undefined)
    return new Map((downwardAPI.items ?? []).map((item) => [item.path, downward(item, pod, at)]));
  throw new Error('a projected source is of a kind that is not supported');
}

function downward({ fieldRef, resourceFieldRef }: DownwardItem, pod: Pod, at: Whereabouts): Buffer {
  if (fieldRef !== undefined) return Buffer.from(fieldValue(pod, fieldRef, at));
  if (resourceFieldRef !== undefined) return Buffer.from(resourceValue(pod, undefined, resourceFieldRef, at));
  return Buffer.alloc(0);
}

interface Pick {
  readonly name: string;
  readonly items?: readonly KeyPath[];
  readonly optional?: boolean;
}

function picked(kind: string, { name, items, optional = false }: Pick, data: Files | undefined): Files {
  if (data === undefined) {
    if (optional) return new Map();
    throw new Error(`${kind} "${name}" not found`);
  }
  if (items === undefined) return data;
  return new Map(
    items.flatMap(({ key, path }) => {
      const content = data.get(key);
      if (content !== undefined) return [[path, content] as const];
      if (optional) return [];
      throw new Error(`couldn't find key ${key} in ${kind} "${name}"`);
    }),
  );
}
