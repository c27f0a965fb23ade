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
  Reflector,
  resourcePath,
} from '../cluster/index.ts';
import { excludedRules, ignoreRulesAnnotation } from '../policy/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { accountOf, layersQuestion } from '../triggers/index.ts';
import { valueAt } from '../workloads/index.ts';

/** The surroundings of a webhook in a cluster, and what keeps them current. */
export interface ClusterSurroundings {
  readonly around: Surroundings;
  readonly streams: ClusterStreams;
  readonly firstImports: FirstImports;
  start(): void;
  /** Gives undefined once everything is in sync. */
  ready(): string | undefined;
  stop(): Promise<void>;
}

export function clusterSurroundings(
  client: ApiClient,
  settings: AdmissionSettings,
  logger: Logger,
): ClusterSurroundings {
  const streams = new ClusterStreams(client, logger);
  const namespaces =
    settings.policy.config.executionRules.length > 0 ? ruleExclusions(client, logger) : undefined;
  const firstImports = new FirstImports({ streams });
  const access = new AccessReviews({ client });
  const mayGetLayers = (subject: AccessSubject, namespace: string, stream: string) =>
    access.allowed({ ...subject, ...layersQuestion(namespace, stream) });
  const reflectors = [streams.reflector, ...(namespaces === undefined ? [] : [namespaces])];
  return {
    streams,
    firstImports,
    around: {
      settings,
      streams,
      firstImports,
      excludedRules: (namespace) => namespaces?.get(namespace),
      mayPull: async ({ puller, namespace, stream }) =>
        (await mayGetLayers(accountOf(puller), namespace, stream)).allowed,
      userMayPull: ({ user: { username = '', ...user }, namespace, stream }) =>
        mayGetLayers({ groups: [], ...user, user: username }, namespace, stream),
    },
    start: () => {
      for (const reflector of reflectors) reflector.start();
    },
    ready: () => {
      const waiting = reflectors.find(({ synced }) => !synced);
      if (waiting === undefined) return undefined;
      const reason = waiting.health.lastError?.message;
      const what = waiting === namespaces ? 'namespaces' : 'image streams';
      return `${what} have not been listed yet${reason === undefined ? '' : `: ${reason}`}`;
    },
    stop: async () => {
      await Promise.all(reflectors.map((reflector) => reflector.stop()));
    },
  };
}

/** Which execution rules each namespace excludes by annotation; namespaces without the annotation are not kept. */
function ruleExclusions(client: ApiClient, logger: Logger): Reflector<ReadonlySet<string>> {
  return new Reflector({
    client,
    path: resourcePath({ group: '', version: 'v1', resource: 'namespaces' }),
    project: ({ body }) => {
      const annotation = valueAt(body, ['metadata', 'annotations', ignoreRulesAnnotation]);
      return typeof annotation === 'string' ? excludedRules(annotation) : undefined;
    },
    logger,
  });
}
