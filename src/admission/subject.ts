import type { ResourcePolicy } from '../policy/index.ts';
import {
  type ImagePlace,
  imagesOf,
  isControlled,
  isPod,
  type KubernetesObject,
  resolvesAllNames,
  unchangedSince,
  type WorkloadKind,
} from '../workloads/index.ts';
import { nameOf, objectOf } from './object-name.ts';
import { shown } from './refusal.ts';
import type { AdmissionRequest } from './request.ts';
import { type AdmissionSettings, isControllerIdentity } from './settings.ts';

/** What a request is about, once it has passed the gates of image-policy.md §4. */
export interface Subject {
  readonly kind: WorkloadKind;
  /** What the image policy says of this kind. */
  readonly policy: ResourcePolicy;
  readonly object: KubernetesObject;
  readonly old: KubernetesObject | undefined;
  /** The request's namespace, never the object's own word for it. */
  readonly namespace: string;
  readonly name: string;
  /** Names are left alone: a controller owns the object, and its template was resolved in its stead. */
  readonly owned: boolean;
  /** Execution rules and `Required` do not apply: owned, and written by a listed controller. */
  readonly exempt: boolean;
  /** `pods/ephemeralcontainers`: only new ephemeral containers count, and metadata cannot be changed. */
  readonly ephemeral: boolean;
  readonly dryRun: boolean;
}

export interface ImagesInScope {
  /** All images of the new object. */
  readonly places: readonly ImagePlace[];
  /** Those that are looked at: new or changed images, or all when the `resolve-names` annotation came or went. */
  readonly changed: readonly ImagePlace[];
  /** Did the old object hold the same image in this place? */
  readonly unchanged: (place: ImagePlace) => boolean;
  /** The `resolve-names` annotation asks to look every name up. */
  readonly resolveAll: boolean;
}

const ephemeralContainers = 'ephemeralcontainers';

/**
 * The subject of a request, or undefined when it is none of this webhook's business: another operation, a subresource
 * other than `pods/ephemeralcontainers`, a resource outside the kind table, or no object.
 */
export function subjectOf(request: AdmissionRequest, settings: AdmissionSettings): Subject | undefined {
  if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return undefined;
  const { group, resource } = request.resource;
  const kind = settings.policy.workloads.ofResource(group, resource);
  const object = objectOf(request.object);
  const subResource = request.subResource ?? '';
  if (kind === undefined || object === undefined) return undefined;
  const ephemeral = isPod(kind) && subResource === ephemeralContainers;
  if (subResource !== '' && !(ephemeral && settings.visit.ephemeralContainers)) return undefined;
  const owned = !ephemeral && isControlled(object);
  return {
    kind,
    policy: settings.policy.of(kind),
    object,
    old: request.operation === 'UPDATE' ? objectOf(request.oldObject) : undefined,
    namespace: request.namespace ?? '',
    name: shown(request.name || nameOf(object)),
    owned,
    exempt: owned && isControllerIdentity(settings.controllerIdentities, request.userInfo?.username ?? ''),
    ephemeral,
    dryRun: request.dryRun === true,
  };
}

/** The images of a subject, and which of them are looked at. */
export function imagesInScope(
  { kind, object, old, ephemeral }: Subject,
  { visit }: AdmissionSettings,
): ImagesInScope {
  const places = imagesOf(kind, object, visit);
  const unchanged = old === undefined ? never : unchangedSince(imagesOf(kind, old, visit));
  const resolveAll = resolvesAllNames(kind, object);
  // switching the annotation on or off asks for every image anew (image-policy.md §9)
  const toggled = old !== undefined && !ephemeral && resolvesAllNames(kind, old) !== resolveAll;
  const inScope = (place: ImagePlace) => !ephemeral || place.list === 'ephemeralContainers';
  const changed = places.filter((place) => inScope(place) && (toggled || !unchanged(place)));
  return { places, changed, unchanged, resolveAll };
}

const never = () => false;
