import {
  type ApiClient,
  ApiError,
  type Clock,
  isApiError,
  type JsonObject,
  resourcePath,
  sleep,
} from '../cluster/index.ts';
import {
  disownPatch,
  imageOwnership,
  imagesPatch,
  inVersion,
  type PlannedImage,
  statusPatch,
  type TriggeredWorkload,
  type TriggerPatchOperation,
  type TriggerPlan,
  triggeredWorkload,
  wholePatch,
} from '../triggers/index.ts';
import { imagePointer, imagesOf } from '../workloads/index.ts';
import { fieldManager } from './trigger-field-manager.ts';
import type { UnseenWorkloads } from './trigger-unseen.ts';
import type { WorkloadName } from './trigger-workloads.ts';

/** Whoever writes in between writes for a reason; more of that in a row is somebody's loop. */
const mostConflicts = 10;

export interface TriggerWriterOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: () => number;
  /** Told when the images of a workload were not set by admission. */
  readonly unseen: UnseenWorkloads;
}

/** A workload as it was seen, and what is to be done about it. */
export interface Planned {
  readonly workload: TriggeredWorkload;
  readonly plan: TriggerPlan;
}

/**
 * What became of a plan.
 * - `Written`: `stored` is what the API server made of it; `by` tells who set the images.
 * - `Unchanged`: there was nothing to do after all.
 * - `Refused`: the API server takes no such object, and the same again would be refused again.
 * - `Gone`: there is no such workload any more, or none with triggers of its own.
 */
export type TriggerWrite =
  | {
      readonly kind: 'Written';
      readonly plan: TriggerPlan;
      readonly by: 'Admission' | 'Controller';
      readonly stored: JsonObject;
    }
  | { readonly kind: 'Unchanged'; readonly stored: JsonObject }
  | { readonly kind: 'Refused'; readonly plan: TriggerPlan; readonly error: ApiError }
  | { readonly kind: 'Gone' };

/**
 * Writes a plan that was made on what memory holds. A condition of the patch that does not hold and an object that is not valid get
 * the same answer (422): then the workload is read, planned anew, and written for just the version that was read, for which
 * only the second is left.
 *
 * @throws ApiError for what may pass by itself
 */
export async function writeTriggers(
  options: TriggerWriterOptions,
  name: WorkloadName,
  first: Planned,
  plan: (live: TriggeredWorkload) => Promise<TriggerPlan>,
  signal: AbortSignal,
): Promise<TriggerWrite> {
  const { client, clock, random } = options;
  let planned = first;
  let version: string | undefined;
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      return await send(options, name, planned, version, signal);
    } catch (error) {
      switch (meaningOf(error, version !== undefined, conflicts)) {
        case 'Gone':
          return { kind: 'Gone' };
        case 'Refused':
          return { kind: 'Refused', plan: planned.plan, error: error as ApiError };
        case 'Failed':
          throw error;
        case 'Outdated':
      }
    }
    if (conflicts > 0) await sleep(clock, 5 * 2 ** conflicts * random(), signal);
    signal.throwIfAborted();
    const stored = await readWorkload(client, name, signal);
    const workload = stored && triggeredWorkload(name.kind.row, stored, fieldManager);
    if (stored === undefined || workload === undefined) return { kind: 'Gone' };
    planned = { workload, plan: await plan(workload) };
    version = workload.resourceVersion;
    if (!planned.plan.write) return { kind: 'Unchanged', stored };
  }
}

/**
 * Gives up the ownership that writing an image brought, so that whoever applies the manifest next finds no conflict; the object
 * itself does not change. Entries move while others write, so it is looked for anew until it is found or gone.
 *
 * @param known the workload as the API server sent it last, to save reading it
 * @throws ApiError
 */
export async function disownImages(
  { client }: Pick<TriggerWriterOptions, 'client'>,
  name: WorkloadName,
  known: JsonObject | undefined,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const path = pathOf(name);
  for (let attempts = 0; ; attempts += 1) {
    const live = (attempts === 0 ? known : undefined) ?? (await readWorkload(client, name, signal));
    const index = live && imageOwnership(live, fieldManager);
    if (live === undefined || index === undefined) return live;
    try {
      return await patch(client, path, disownPatch(index, fieldManager), signal);
    } catch (error) {
      if (!isApiError(error, 'Invalid') || attempts >= mostConflicts) throw error;
    }
  }
}

async function send(
  { client, unseen, clock }: TriggerWriterOptions,
  name: WorkloadName,
  { workload, plan }: Planned,
  version: string | undefined,
  signal: AbortSignal,
): Promise<TriggerWrite> {
  const path = pathOf(name);
  const guarded = (operations: readonly TriggerPatchOperation[], resourceVersion: string) =>
    version === undefined ? operations : inVersion(operations, resourceVersion);
  const alone = unseen.has(name, clock.now());
  const asked = alone ? wholePatch(workload, plan) : statusPatch(workload, plan);
  const stored = await patch(client, path, guarded(asked, workload.resourceVersion), signal);
  const missing = plan.images.filter((image) => !holds(name, stored, image));
  if (missing.length === 0) {
    return { kind: 'Written', plan, by: alone ? 'Controller' : 'Admission', stored };
  }
  unseen.add(name, clock.now());
  const now = triggeredWorkload(name.kind.row, stored, fieldManager);
  if (now === undefined) return { kind: 'Gone' };
  const direct = guarded(imagesPatch(now, missing), now.resourceVersion);
  return { kind: 'Written', plan, by: 'Controller', stored: await patch(client, path, direct, signal) };
}

function meaningOf(
  error: unknown,
  inVersion: boolean,
  conflicts: number,
): 'Outdated' | 'Gone' | 'Refused' | 'Failed' {
  if (!(error instanceof ApiError)) return 'Failed';
  switch (error.code) {
    case 'NotFound':
      return 'Gone';
    case 'Forbidden':
    case 'TooLarge':
      return 'Refused';
    case 'Invalid':
      return inVersion ? 'Refused' : 'Outdated';
    case 'Conflict':
      return conflicts < mostConflicts ? 'Outdated' : 'Failed';
    default:
      return 'Failed';
  }
}

function patch(
  client: ApiClient,
  path: string,
  operations: readonly TriggerPatchOperation[],
  signal: AbortSignal,
): Promise<JsonObject> {
  return client.patch(path, operations, {
    type: 'application/json-patch+json',
    query: { fieldManager },
    // what it tests does not hold a second time
    idempotent: true,
    signal,
  }) as Promise<JsonObject>;
}

/** The whole object; undefined when it is gone. */
export async function readWorkload(
  client: ApiClient,
  name: WorkloadName,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  try {
    return (await client.get(pathOf(name), { signal })) as JsonObject;
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined;
    throw error;
  }
}

function holds({ kind }: WorkloadName, object: JsonObject, { pointer, to }: PlannedImage): boolean {
  return imagesOf(kind.row, object).some(
    (place) => imagePointer(kind.row, place) === pointer && place.image === to,
  );
}

function pathOf({ kind, namespace, name }: WorkloadName): string {
  const { group, resource } = kind.row;
  return resourcePath({ group, version: kind.version, resource, namespace, name });
}
