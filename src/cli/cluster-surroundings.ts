import {
  type AdmissionSettings,
  ClusterStreams,
  FirstImports,
  type Surroundings,
} from '../admission/index.ts';
import {
  AccessReviews,
  type AccessSubject,
  type ApiClient,
  notCurrent,
  systemClock,
} from '../cluster/index.ts';
import type { ImagePolicy } from '../policy/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { accountOf, layersQuestion } from '../triggers/index.ts';
import { PolicyInUse } from './policy-in-use.ts';

/** The surroundings of a webhook in a cluster, and what keeps them current. */
export interface ClusterSurroundings {
  /** As they are now; another policy makes new ones, so that a review under way keeps those it began with. */
  readonly around: Surroundings;
  readonly streams: ClusterStreams;
  readonly firstImports: FirstImports;
  /** Decide by another policy from now on. */
  usePolicy(policy: ImagePolicy): void;
  start(): void;
  /** Gives undefined once everything is in sync. */
  ready(): string | undefined;
  stop(): Promise<void>;
}

export interface ClusterSurroundingsOptions {
  readonly client: ApiClient;
  readonly settings: AdmissionSettings;
  readonly logger: Logger;
  /** The policy of the settings is not the one to use: another comes by `usePolicy`. */
  readonly policyFollows?: boolean;
}

export function clusterSurroundings({
  client,
  settings,
  logger,
  policyFollows = false,
}: ClusterSurroundingsOptions): ClusterSurroundings {
  const streams = new ClusterStreams(client, logger);
  const firstImports = new FirstImports({ streams });
  const access = new AccessReviews({ client });
  const mayGetLayers = (subject: AccessSubject, namespace: string, stream: string) =>
    access.allowed({ ...subject, ...layersQuestion(namespace, stream) });
  const policy = new PolicyInUse(client, logger, (used) => {
    around = { ...around, settings: { ...around.settings, policy: used } };
  });
  let around: Surroundings = {
    settings,
    streams,
    firstImports,
    excludedRules: (namespace) => policy.excludedRules(namespace),
    mayPull: async ({ puller, namespace, stream }) =>
      (await mayGetLayers(accountOf(puller), namespace, stream)).allowed,
    userMayPull: ({ user: { username = '', ...user }, namespace, stream }) =>
      mayGetLayers({ groups: [], ...user, user: username }, namespace, stream),
    userMayOnJobs: ({ user: { username = '', ...user }, name, ...asked }) =>
      access.allowed({
        ...{ groups: [], ...user, user: username, ...asked, group: 'batch', resource: 'jobs' },
        // who may create at all may create under any name
        ...(name === '' || asked.verb === 'create' ? {} : { name }),
      }),
  };
  return {
    streams,
    firstImports,
    get around() {
      return around;
    },
    usePolicy: (other) => policy.use(other),
    start: () => {
      streams.reflector.start();
      if (!policyFollows) policy.use(settings.policy);
    },
    ready: () => notCurrent('image streams', streams.reflector.health, systemClock.now()) ?? policy.waiting,
    stop: async () => {
      await Promise.all([streams.reflector.stop(), policy.stop()]);
    },
  };
}
