import { triggersAnnotation } from '../src/triggers/index.ts';
import { deployment } from './admission/reviews.ts';

/** A workload whose container `web` follows a tag. */
export interface Follower {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `STREAM:TAG` */
  readonly follows: string;
  /** What that container has now; nothing unless told. */
  readonly image?: string | undefined;
}

/** A pod template of 3 kB with two containers, of which one follows a tag. */
const { spec: template } = deployment(0).spec.template;

/**
 * A CronJob that never runs. No controller does more about it than look at it, so that what is measured is this project's work
 * and the API server's, not that of rollouts.
 */
export function cronJob(follower: Follower) {
  const podSpec = { ...podSpecOf(follower), restartPolicy: 'Never' };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(follower, 'spec.jobTemplate.spec.template.spec'),
    spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: { template: { spec: podSpec } } } },
  };
}

/** A Deployment without replicas, for which its controllers make a ReplicaSet at each change of its image. */
export function emptyDeployment(follower: Follower) {
  const labels = { app: follower.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(follower, 'spec.template.spec'),
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpecOf(follower) },
    },
  };
}

function metadataOf({ name, namespace, labels, follows }: Follower, podSpec: string) {
  const from = { kind: 'ImageStreamTag', name: follows };
  const triggers = [{ from, fieldPath: `${podSpec}.containers[?(@.name=="web")].image` }];
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && { labels }),
    annotations: { [triggersAnnotation]: JSON.stringify(triggers) },
  };
}

function podSpecOf({ image = ' ' }: Follower) {
  const containers = template.containers.map((each) => (each.name === 'web' ? { ...each, image } : each));
  return { ...template, containers };
}
