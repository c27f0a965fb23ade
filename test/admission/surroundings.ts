import {
  type AdmissionRequest,
  type AdmissionSettings,
  defaultSettings,
  defaultStreamSettings,
  type FirstImports,
  type JobQuestion,
  mutate,
  type PullAnswer,
  type PullQuestion,
  type Reviewed,
  type StreamSettings,
  type Surroundings,
  type UserPullQuestion,
  validate,
} from '../../src/admission/index.ts';
import { excludedRules, type ImagePolicy, imagePolicy } from '../../src/policy/index.ts';
import { builtInTable, imagesOf, type KubernetesObject } from '../../src/workloads/index.ts';
import { applied } from './reviews.ts';
import { registry, StreamsFixture, shopStreams } from './streams-fixture.ts';

export interface Setup extends Partial<AdmissionSettings> {
  readonly streams?: StreamsFixture;
  /** `ImagePolicyConfig` as a person writes it. */
  readonly policyConfig?: object;
  /** Value of the namespaces' `ignore-rules` annotation. */
  readonly ignoreRules?: string;
  readonly mayPull?: (question: PullQuestion) => Promise<boolean>;
  readonly userMayPull?: (question: UserPullQuestion) => Promise<PullAnswer>;
  readonly userMayOnJobs?: (question: JobQuestion) => Promise<PullAnswer>;
  readonly firstImports?: FirstImports;
  readonly now?: () => number;
  /** Of the review of image streams, where they are not the defaults. */
  readonly streamSettings?: Partial<StreamSettings>;
}

/** What a webhook works with; the streams of image-policy.md §17 and our own defaults unless told. */
export function around(setup: Setup = {}): Surroundings & { readonly streams: StreamsFixture } {
  const { streams = shopStreams(), policyConfig, ignoreRules, streamSettings, ...rest } = setup;
  const { mayPull, userMayPull, userMayOnJobs, firstImports, now, ...settings } = rest;
  const integratedRegistry = settings.integratedRegistry ?? registry;
  return {
    settings: {
      ...defaultSettings,
      integratedRegistry,
      policy: policyOf(policyConfig, integratedRegistry),
      imageStreams: { ...defaultStreamSettings, ...streamSettings },
      ...settings,
    },
    streams,
    excludedRules: () => excludedRules(ignoreRules),
    ...(mayPull === undefined ? {} : { mayPull }),
    ...(userMayPull === undefined ? {} : { userMayPull }),
    ...(userMayOnJobs === undefined ? {} : { userMayOnJobs }),
    ...(firstImports === undefined ? {} : { firstImports }),
    ...(now === undefined ? {} : { now }),
  };
}

/** OpenShift's own behaviour where ours departs by a setting: unresolved names are admitted as written. */
export function upstream(setup: Setup = {}): Surroundings & { readonly streams: StreamsFixture } {
  return around({ unresolved: 'Warn', ...setup });
}

export function noStreams(): StreamsFixture {
  return new StreamsFixture();
}

function policyOf(config: object | undefined, integratedRegistry: string): ImagePolicy {
  const document = config && { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig', ...config };
  const loaded = imagePolicy(document, { integratedRegistry });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('; '));
  return loaded.policy;
}

/** Both webhooks, as the API server calls them: the second sees what the first wrote. */
export async function admit(
  request: AdmissionRequest,
  surroundings: Surroundings,
): Promise<{ readonly mutated: Reviewed; readonly validated: Reviewed }> {
  const mutated = await mutate(request, surroundings);
  const object = mutated.answer.allowed ? applied(request, mutated) : (request.object ?? null);
  return { mutated, validated: await validate({ ...request, object }, surroundings) };
}

/** The image strings as stored: `Invalid` when a webhook refuses, else those of the patched object in order. */
export async function storedImages(
  request: AdmissionRequest,
  surroundings: Surroundings,
): Promise<'Invalid' | readonly string[]> {
  const { mutated, validated } = await admit(request, surroundings);
  if (!mutated.answer.allowed || !validated.answer.allowed) return 'Invalid';
  return imagesIn(request, applied(request, mutated));
}

function imagesIn({ resource }: AdmissionRequest, object: KubernetesObject): readonly string[] {
  const kind = builtInTable.ofResource(resource.group, resource.resource);
  return kind === undefined ? [] : imagesOf(kind, object).map(({ image }) => image);
}
