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
 * the same answer (422): then the workload is read, planned anew, and written for just the version that was read; what is
 * not taken although that version still stands is not valid.
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
  let planned: Planned & { readonly version?: string } = first;
  for (let attempts = 0; ; attempts += 1) {
    const sent = await attempt(options, name, planned, signal);
    if (!(sent instanceof ApiError)) return sent;
    if (attempts >= mostConflicts) throw sent;
    if (attempts > 0) await sleep(clock, 5 * 2 ** attempts * random(), signal);
    signal.throwIfAborted();
    const live = await readTriggered(client, name, signal);
    if (live === undefined) return { kind: 'Gone' };
    const { workload, stored } = live;
    const version = workload.resourceVersion;
    if (sent.code === 'Invalid' && planned.version === version) return refused(planned, sent);
    planned = { workload, plan: await plan(workload), version };
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
    const index = live && imageOwnership(name.kind.row, live, fieldManager);
    if (live === undefined || index === undefined) return live;
    try {
      return await patch(client, path, disownPatch(index, fieldManager), signal);
    } catch (error) {
      if (!isApiError(error, 'Invalid') || attempts >= mostConflicts) throw error;
    }
  }
}

/** An ApiError that is returned is one after which it is worth to look again. */
async function attempt(
  options: TriggerWriterOptions,
  name: WorkloadName,
  planned: Planned & { readonly version?: string },
  signal: AbortSignal,
): Promise<TriggerWrite | ApiError> {
  try {
    return await send(options, name, planned, signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    switch (error.code) {
      case 'NotFound':
        return { kind: 'Gone' };
      case 'Forbidden':
      case 'TooLarge':
        return refused(planned, error);
      case 'Invalid':
      case 'Conflict':
        return error;
      default:
        throw error;
    }
  }
}

/** @param planned with a `version`, it holds for that one only */
async function send(
  { client, unseen, clock }: TriggerWriterOptions,
  name: WorkloadName,
  { workload, plan, version }: Planned & { readonly version?: string },
  signal: AbortSignal,
): Promise<TriggerWrite> {
  const path = pathOf(name);
  const alone = unseen.has(name, clock.now());
  const asked = alone ? wholePatch(workload, plan) : statusPatch(workload, plan);
  const stored = await patch(client, path, version === undefined ? asked : inVersion(asked, version), signal);
  const missing = plan.images.filter((image) => !holds(name, stored, image));
  if (missing.length === 0) {
    return { kind: 'Written', plan, by: alone ? 'Controller' : 'Admission', stored };
  }
  unseen.add(name, clock.now());
  const now = triggeredWorkload(name.kind.row, stored, fieldManager);
  if (now === undefined) return { kind: 'Gone' };
  const direct = await patch(client, path, imagesPatch(now, missing), signal);
  return { kind: 'Written', plan, by: 'Controller', stored: direct };
}

function refused({ plan }: Planned, error: ApiError): TriggerWrite {
  return { kind: 'Refused', plan, error };
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
  return (await client.find(pathOf(name), { signal })) as JsonObject | undefined;
}

/** A workload as the API server sends it, and as triggers look at it. */
export interface TriggeredObject {
  readonly stored: JsonObject;
  readonly workload: TriggeredWorkload;
}

/** Undefined when it is gone, or has no triggers that count. @throws ApiError */
export async function readTriggered(
  client: ApiClient,
  name: WorkloadName,
  signal: AbortSignal,
): Promise<TriggeredObject | undefined> {
  const stored = await readWorkload(client, name, signal);
  const workload = stored && triggeredWorkload(name.kind.row, stored, fieldManager);
  return stored === undefined || workload === undefined ? undefined : { stored, workload };
}

function holds({ kind }: WorkloadName, object: JsonObject, { pointer, to }: PlannedImage): boolean {
  return imagesOf(kind.row, object).some(
    (place) => imagePointer(kind.row, place) === pointer && place.image === to,
  );
}

export function pathOf({ kind, namespace, name }: WorkloadName): string {
  const { group, resource } = kind.row;
  return resourcePath({ group, version: kind.version, resource, namespace, name });
}
