import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { type InstalledWebhook, installWebhook } from './install.ts';
import { Project } from './project.ts';
import { userStream } from './stream-manifests.ts';
import { workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
let webhook: InstalledWebhook;
let project: Project;
let base = '';

beforeAll(async () => {
  const args = ['--allowed-registry', 'quay.io', '*.example.org:5000'];
  webhook = await installWebhook(cluster, { name: 'stream-refusals', args });
  project = await Project.create(cluster, { labels: webhook.namespaceLabels, user: 'grace' });
  base = await cluster.namespace(webhook.namespaceLabels);
  await writeStream(cluster, base, 'java', { '8': `quay.io/example/java@${digest(1)}` });
});
afterAll(async () => {
  await project?.close();
  await cluster.close();
});

function heavy(bytes: number): string {
  return `metadata.annotations: Forbidden: the annotations take ${bytes} bytes, and 245760 are allowed: Kubernetes allows 262144, of which the controller keeps 16384 for its own`;
}

describe('kubectl says of a stream', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    [
      'with a name that no repository has',
      userStream('a--b', {}),
      'metadata.name: Invalid value: "a--b": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
    ],
    [
      'with a source that is no pull spec',
      userStream('app', { a: 'quay.io/Example/app' }),
      'spec.tags[a].from.name: Invalid value: "quay.io/Example/app": repository name must be lowercase',
    ],
    [
      'from a registry that is not allowed',
      userStream('app', { a: 'ghcr.io/example/app' }),
      'spec.tags[a].from.name: Forbidden: registry "ghcr.io" not allowed by whitelist: "quay.io:443", "*.example.org:5000"',
    ],
    [
      'from a port that is not allowed',
      userStream('app', { a: { from: 'r.example.org/app', insecure: false } }),
      'spec.tags[a].from.name: Forbidden: registry "r.example.org" not allowed by whitelist: "quay.io:443", "*.example.org:5000"',
    ],
    [
      'whose tags follow each other in a ring',
      userStream('app', { a: { alias: 'b' }, b: { alias: 'app:a' } }),
      'spec.tags[a].from.name: Invalid value: "b": the tag would follow itself: a -> b -> a; point one of them to an image',
    ],
    [
      'with an interval that is none',
      userStream('app', {
        a: { from: 'quay.io/x/y', scheduled: true, annotations: { 'imagestreams.io/interval': '5' } },
      }),
      'spec.tags[a].annotations[imagestreams.io/interval]: Invalid value: "5": must be a duration such as "90s", "15m", "6h" or "1h30m"',
    ],
    [
      'with an interval that is too short',
      userStream('app', {
        a: { from: 'quay.io/x/y', scheduled: true, annotations: { 'imagestreams.io/interval': '5s' } },
      }),
      'spec.tags[a].annotations[imagestreams.io/interval]: Invalid value: "5s": must be at least "1m", the shortest allowed here',
    ],
    [
      'with an annotation that is misspelled',
      userStream('app', { a: { from: 'quay.io/x/y', annotations: { 'imagestreams.io/intervall': '5m' } } }),
      'spec.tags[a].annotations[imagestreams.io/intervall]: Invalid value: "5m": a tag has no such annotation, only "imagestreams.io/follow", "imagestreams.io/interval", "imagestreams.io/min-age"; did you mean "imagestreams.io/interval"?',
    ],
    [
      'from an address of the web',
      userStream('app', { '1': 'https://quay.io/x/y:1' }),
      'spec.tags[1].from.name: Invalid value: "https://quay.io/x/y:1": invalid reference format: leave out https:// (tag "1")',
    ],
    [
      'with annotations that leave the controller no room',
      userStream('app', {}, { annotations: { note: 'x'.repeat(245_757) } }),
      `${heavy(245_761)}; shorten or remove some`,
    ],
    [
      'from a stream in a form that is none',
      userStream('app', { a: { alias: 'a:b:c' } }),
      'spec.tags[a].from.name: Invalid value: "a:b:c": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
    ],
  ];

  it.each(cases)('%s what is wrong with it', async (_, manifest, problem) => {
    const name = (manifest as { metadata: { name: string } }).metadata.name;
    const { code, stderr } = await project.refused(['create', '-f', '-'], manifest);
    expect(code).not.toBe(0);
    expect(stderr).toBe(`The ImageStream "${name}" is invalid: ${problem}\n`);
  });

  it('whose annotations alone grow too large, and lets them go on', async () => {
    const input = (bytes: number) => userStream('noted', {}, { annotations: { note: 'x'.repeat(bytes) } });
    await project.kubectl(['create', '-f', '-'], input(1000));
    const { stderr } = await project.refused(['replace', '-f', '-'], input(250_000));
    expect(stderr).toBe(`The ImageStream "noted" is invalid: ${heavy(250_004)}; shorten or remove some\n`);
    await project.kubectl(['replace', '-f', '-'], input(245_000));
  });

  it('what it may have meant otherwise, and stores it', async () => {
    const manifest = userStream('warned', {
      a: { from: 'quay.io/x/y', annotations: { 'imagestreams.io/min-age': '1h' } },
    });
    const { code, stderr } = await project.refused(['create', '-f', '-'], manifest);
    expect(code).toBe(0);
    expect(stderr).toBe(
      'Warning: tag "a": the annotation imagestreams.io/min-age does nothing without importPolicy.scheduled: true, as only scheduled imports are held; set that, or remove the annotation\n',
    );
  });

  it('whose restored status has a registry that is not allowed', async () => {
    await project.apply(userStream('restored', { a: 'quay.io/example/app' }));
    const item = {
      dockerImageReference: `ghcr.io/x/y@${digest(1)}`,
      image: digest(1),
      generation: 1,
      created: null,
    };
    const status = { tags: [{ tag: 'a', items: [item] }] };
    const input = JSON.stringify({ ...(await project.stream('restored')), status });
    const args = ['replace', '--subresource=status', '-n', project.namespace, '-f', '-'];
    const { stderr } = await cluster.kubectl(args, { input, allowFailure: true });
    expect(stderr).toContain(
      'The ImageStream "restored" is invalid: status.tags[a].items[0].dockerImageReference: Forbidden: registry "ghcr.io" not allowed',
    );
  });
});

describe('a tag from another namespace', () => {
  it('is refused until the user may pull there, by the command that the refusal tells', async () => {
    const manifest = userStream('taker', { '8': { alias: 'java:8', namespace: base } });
    const { stderr } = await project.refused(['apply', '-f', '-'], manifest);
    const command = `kubectl create rolebinding grace-image-puller --namespace=${base} --clusterrole=imagestreams-image-puller --user=grace`;
    expect(stderr).toContain(
      `spec.tags[8].from: Forbidden: user "grace" may not pull from image stream "java" in namespace "${base}" (get imagestreams/layers); a RoleBinding there would allow it: ${command}`,
    );
    await cluster.kubectl(command.split(' ').slice(1));
    await waitFor('the permission to count', async () => {
      const { code } = await project.refused(['apply', '-f', '-'], manifest);
      return code === 0;
    });
    // who once was allowed may go on applying what stands there
    await cluster.kubectl(['delete', 'rolebinding', 'grace-image-puller', '-n', base]);
    await project.apply(manifest);
    await project.kubectl(['label', 'is', 'taker', 'some=label']);
  });
});

describe('a workload that is applied with its stream', () => {
  const deployment = (name: string) => ({ ...workloads['Deployment']?.(name, { image: `${name}:1` }) });

  it('waits until the tag is imported', async () => {
    await project.apply(userStream('early', { '1': 'quay.io/example/early:1' }));
    const applied = project.apply(deployment('early'));
    await waitFor('the review to wait', async () => {
      const text = await (await fetch(`${webhook.telemetry}/metrics`)).text();
      return text.includes('imagestreams_admission_import_waiters 1');
    });
    const { namespace } = project;
    await writeStream(cluster, namespace, 'early', { '1': `quay.io/example/early@${digest(1)}` });
    await applied;
    const path = 'jsonpath={.spec.template.spec.containers[0].image}';
    const { stdout } = await project.kubectl(['get', 'deployment', 'early', '-o', path]);
    expect(stdout).toBe(`quay.io/example/early@${digest(1)}`);
  });

  it('is asked to come again after two seconds, but on a dry run at once', async () => {
    await project.apply(userStream('late', { '1': 'quay.io/example/late:1' }));
    const sentence = 'is still being imported; apply again in a moment';
    const began = performance.now();
    const real = await project.refused(['create', '-f', '-'], deployment('late'));
    const waited = performance.now() - began;
    expect(real.stderr).toContain(sentence);
    expect(waited).toBeGreaterThan(2_000);
    const dry = await project.refused(['create', '--dry-run=server', '-f', '-'], deployment('late'));
    expect(dry.stderr).toContain(sentence);
    expect(performance.now() - began - waited).toBeLessThan(waited);
  });
});

describe('while the webhook is down', () => {
  it('streams are not created, but go, also with their namespace', async () => {
    await project.apply(userStream('there', { a: 'quay.io/example/app' }));
    expect(await webhook.process.stop()).toBe('exit code 0');
    const { code, stderr } = await project.refused(['create', '-f', '-'], userStream('lost', {}));
    expect(code).not.toBe(0);
    expect(stderr).toContain('failed calling webhook "imagestreams.streams.imagestreams.io"');
    await project.kubectl(['label', 'is', 'there', 'some=label']);
    await project.kubectl(['delete', 'is', 'there', '--cascade=foreground', '--timeout=20s']);
    await cluster.kubectl(['delete', 'namespace', base, '--timeout=40s']);
  });
});
