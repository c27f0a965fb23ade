import { ApiError, isApiError } from '../cluster/index.ts';
import type { ImageStream } from '../imagestream/index.ts';
import { CheckError } from './error.ts';
import { type Cast, followed, importedTag, pullSpecOf, type Version } from './story.ts';

/** What waiting came to: it is as it should be, or not yet. */
export type Progress = 'there' | 'waiting';

/** Why a request of the check failed. What the webhook refuses, it refuses for a reason that its own words tell. */
export function requestFailure(what: string, error: unknown): CheckError {
  if (error instanceof CheckError) return error;
  if (isApiError(error, 'Aborted'))
    return new CheckError('Interrupted', 'the check was ended before it was done');
  const said = error instanceof Error ? error.message : String(error);
  if (/failed calling webhook/.test(said)) {
    const advice = 'are its pods ready, and does its registration have their CA?';
    return new CheckError('WebhookSilent', `no webhook answered when ${what}; ${advice} ${said}`, {
      cause: error,
    });
  }
  // what is there but lacks the object names it
  if (isApiError(error, 'NotFound') && !/" not found$/.test(said)) {
    return new CheckError('StreamsNotServed', `the cluster serves no image streams: ${said}`, {
      cause: error,
    });
  }
  return new CheckError('RequestFailed', `the check went no further when ${what}: ${said}`, { cause: error });
}

/** @throws CheckError unless the admitted Pod has the image of that version */
export function judgePod(admitted: unknown, cast: Cast, version: Version): void {
  const image = (admitted as PodLike).spec?.containers?.[0]?.image ?? '';
  const wanted = pullSpecOf(cast, version);
  if (image === wanted) return;
  const why =
    'no webhook that resolves names is registered for this namespace, or its policy resolves none, or failurePolicy is Ignore and it did not answer';
  throw new CheckError(
    'NameNotResolved',
    `a Pod that names "${cast.name}:${followed}" in namespace "${cast.namespace}" was admitted with image "${image}", not "${wanted}": ${why}`,
  );
}

/** @param outcome what creating the broken Deployment came to: undefined when it was admitted */
export function judgeBroken(outcome: unknown, cast: Cast): void {
  if (outcome === undefined) {
    throw new CheckError(
      'BrokenTriggerAdmitted',
      `a Deployment in namespace "${cast.namespace}" was admitted although its trigger annotation names a container that it has not: no webhook that validates is registered for this namespace, or failurePolicy is Ignore and it did not answer`,
    );
  }
  if (outcome instanceof ApiError && outcome.message.includes('admission webhook')) return;
  throw requestFailure('a Deployment with a broken trigger annotation was to be refused', outcome);
}

/** Has the alias the image of that version? */
export function aliasProgress(stored: unknown, cast: Cast, version: Version): Progress {
  return newestOf(stored, followed)?.dockerImageReference === pullSpecOf(cast, version) ? 'there' : 'waiting';
}

export function aliasOverdue(cast: Cast, version: Version, seconds: number): CheckError {
  return new CheckError(
    'TagNotFollowed',
    `tag "${followed}" of image stream "${cast.name}" in namespace "${cast.namespace}" has not got the image of "${version}" within ${seconds} s: does a controller run, and does it lead?`,
  );
}

/** Has the Deployment that follows the tag the image of that version? */
export function rolloutProgress(stored: unknown, cast: Cast, version: Version): Progress {
  const image = (stored as DeploymentLike).spec?.template?.spec?.containers?.[0]?.image;
  return image === pullSpecOf(cast, version) ? 'there' : 'waiting';
}

export function rolloutOverdue(cast: Cast, version: Version, seconds: number): CheckError {
  return new CheckError(
    'NotRolledOut',
    `Deployment "${cast.name}" in namespace "${cast.namespace}" has not got the image of "${version}" within ${seconds} s after tag "${followed}" moved to it: does the controller log a refused patch?`,
  );
}

/**
 * Is the imported tag there?
 *
 * @throws CheckError with the sentence of its condition once the import failed
 */
export function importProgress(stored: unknown, source: string): Progress {
  if (newestOf(stored, importedTag) !== undefined) return 'there';
  const list = (stored as ImageStream).status?.tags?.find(({ tag }) => tag === importedTag);
  const failed = list?.conditions?.find(({ type, status }) => type === 'ImportSuccess' && status === 'False');
  if (failed === undefined) return 'waiting';
  const said = [failed.reason, failed.message].filter(Boolean).join(': ');
  throw new CheckError('ImportFailed', `"${source}" could not be imported: ${said}`);
}

export function importOverdue(source: string, seconds: number): CheckError {
  return new CheckError(
    'ImportFailed',
    `"${source}" has been neither imported nor refused within ${seconds} s: does its registry answer?`,
  );
}

function newestOf(stored: unknown, name: string) {
  return (stored as ImageStream).status?.tags?.find(({ tag }) => tag === name)?.items?.[0];
}

interface PodLike {
  readonly spec?: { readonly containers?: readonly { readonly image?: string }[] };
}

interface DeploymentLike {
  readonly spec?: { readonly template?: PodLike };
}
