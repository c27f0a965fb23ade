import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { digest, imageStream, writeStream } from './image-streams.ts';
import { TestCluster } from './index.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

const editing = { apiGroups: ['image.openshift.io'], resources: ['imagestreams'], verbs: ['*'] };

describe('version v1stored', () => {
  it('is written by the controller, in one write that changes spec and status', async () => {
    const namespace = await cluster.namespace();
    await writeStream(cluster, namespace, 'app', { '1': `quay.io/example/app@${digest(1)}` });
    const { stdout } = await cluster.kubectl(['get', 'imagestream', 'app', '-n', namespace, '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      apiVersion: 'image.openshift.io/v1',
      metadata: { generation: 1 },
      status: { tags: [{ tag: '1', items: [{ image: digest(1) }] }] },
    });
  });

  it.each(['create', 'replace', 'delete'])(
    'refuses %s by anybody else, an administrator included',
    async (verb) => {
      const namespace = await cluster.namespace();
      await writeStream(cluster, namespace, 'app', { '1': `quay.io/example/app@${digest(1)}` });
      const user = `editor-${verb}`;
      await cluster.grant({ user, namespace, rules: [editing] });
      const kubeconfigs = [cluster.kubeconfig, await cluster.kubeconfigFor({ user, groups: ['editors'] })];
      const jsonpath = 'jsonpath={.metadata.resourceVersion}';
      const current = await cluster.kubectl(['get', 'imagestream', 'app', '-n', namespace, '-o', jsonpath]);
      for (const kubeconfig of kubeconfigs) {
        const stream = imageStream('app', { '1': `evil.example/app@${digest(2)}` });
        const name = verb === 'create' ? 'new' : 'app';
        const resourceVersion = verb === 'replace' ? { resourceVersion: current.stdout } : {};
        const forged = { ...stream, metadata: { name, ...resourceVersion } };
        const path = `/apis/image.openshift.io/v1stored/namespaces/${namespace}/imagestreams`;
        const args = verb === 'create' ? ['create', '--raw', path] : [verb, '--raw', `${path}/app`];
        const body = verb === 'delete' ? [] : ['-f', '-'];
        const { code, stderr } = await cluster.kubectl([...args, ...body], {
          kubeconfig,
          allowFailure: true,
          input: JSON.stringify(forged),
        });
        expect(code).not.toBe(0);
        expect(stderr).toContain(
          'version v1stored of ImageStream is written by the imagestreams controller alone',
        );
      }
    },
  );

  it('keeps a status that an editor sends through v1 out', async () => {
    const namespace = await cluster.namespace();
    const user = 'editor-v1';
    await cluster.grant({ user, namespace, rules: [editing] });
    const kubeconfig = await cluster.kubeconfigFor({ user, groups: ['editors'] });
    const stream = {
      ...imageStream('app', { '1': `evil.example/app@${digest(2)}` }),
      apiVersion: 'image.openshift.io/v1',
    };
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], {
      kubeconfig,
      input: JSON.stringify(stream),
    });
    const { stdout } = await cluster.kubectl([
      'get',
      'is',
      'app',
      '-n',
      namespace,
      '-o',
      'jsonpath={.status}',
    ]);
    expect(stdout).toBe('');
  });

  it('prunes nothing that OpenShift serialises, and takes its nulls by server-side apply', async () => {
    const namespace = await cluster.namespace();
    const exported = {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'exported' },
      spec: {
        lookupPolicy: { local: true },
        tags: [
          {
            name: '1',
            annotations: null,
            from: { kind: 'DockerImage', name: 'quay.io/example/app:1' },
            generation: null,
            importPolicy: { importMode: 'Legacy', scheduled: true },
            referencePolicy: { type: 'Source' },
          },
        ],
      },
    };
    const args = ['apply', '--server-side', '-n', namespace, '-f', '-', '-o', 'json'];
    const { stdout } = await cluster.kubectl(args, { input: JSON.stringify(exported) });
    expect(JSON.parse(stdout)).toMatchObject({ spec: { tags: [{ importPolicy: { scheduled: true } }] } });
  });
});
