import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { type InstalledController, installLeader } from './install-controller.ts';
import { imageOf, jobManifest, type Phase, ProjectJobs, type SeenJob } from './job-project.ts';
import { Project } from './project.ts';
import { userStream } from './stream-manifests.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
const repository = `${cluster.registry}/jobs/keycloak`;
const applied = ['apply', '--server-side', '--field-manager=team', '-f', '-'];
const phases: readonly Phase[] = ['waiting', 'running', 'finished'];
const words = [undefined, 'recreate', 'recreate-finished', 'recreate-running'] as const;
const finalizer = 'test.imagestreams.io/wait';

let controller: InstalledController;
let project: Project;
let jobs: ProjectJobs;
let labels: Readonly<Record<string, string>> = {};
let k1 = '';
let k2 = '';

beforeAll(async () => {
  k1 = await writer.push('jobs/keycloak', '20.0.2', 'jobs 20.0.2');
  k2 = await writer.push('jobs/keycloak', '20.0.3', 'jobs 20.0.3');
  ({ namespaceLabels: labels } = await installWebhook(cluster, { name: 'jobs' }));
  controller = await installLeader(cluster);
  project = await projectWithStream({ labels, user: 'ada' });
  jobs = await ProjectJobs.of(project, cluster);
});
afterAll(async () => {
  jobs?.close();
  await project?.close();
  await writer.close();
  await cluster.close();
});

async function projectWithStream(settings: Parameters<typeof Project.create>[1]): Promise<Project> {
  const made = await Project.create(cluster, settings);
  const sources = { '20.0.2': `${repository}:20.0.2`, '20.0.3': `${repository}:20.0.3` };
  await made.apply(userStream('keycloak', { ...sources, '20': { alias: '20.0.2' } }));
  await made.imported('keycloak', '20', k1);
  await made.imported('keycloak', '20.0.3', k2);
  return made;
}

/** Jobs of a test would be made anew along with those of the next one. */
async function forgetJobs(): Promise<void> {
  await project.kubectl(['delete', 'jobs', '--all']);
}

/** The tag points to the first image again, and the webhook has heard of it. */
async function startOver(): Promise<void> {
  await pointTo('20.0.2');
  await project.imported('keycloak', '20', k1);
  const probe = ['create', '--dry-run=server', '-o', 'json', '-f', '-'];
  await waitFor('the webhook to hear of it', async () => {
    const { stdout } = await project.kubectl(probe, jobManifest('probe', 'waiting', 'keycloak:20'));
    return imageOf(JSON.parse(stdout) as SeenJob) === `${repository}@${k1}`;
  });
}

const pointTo = (tag: string, where = project) => where.patchTag('keycloak', '20', '/from/name', tag);
const nameOf = (phase: Phase, word: string | undefined) => `${phase}-${word ?? 'unasked'}`;
const uidOf = ({ metadata }: SeenJob) => metadata.uid;

/** Applies a Job with that text as its image, and waits until it is so far. */
async function made(name: string, phase: Phase, onChange?: string, where = project): Promise<SeenJob> {
  await where.kubectl(applied, jobManifest(name, phase, 'keycloak:20', onChange));
  const found = where === project ? jobs : await ProjectJobs.of(where, cluster);
  const job = await found.reached(name, phase);
  if (where !== project) found.close();
  return job;
}

describe('a tag that moves', () => {
  afterAll(forgetJobs);
  const before = new Map<string, SeenJob>();
  const expected: Readonly<Record<string, readonly Phase[]>> = {
    recreate: ['waiting'],
    'recreate-finished': ['waiting', 'finished'],
    'recreate-running': ['waiting', 'running'],
  };
  const cases = words.flatMap((word) => phases.map((phase) => ({ word, phase, name: nameOf(phase, word) })));
  const isReplaced = ({ word, phase }: (typeof cases)[number]) =>
    word !== undefined && expected[word]!.includes(phase);

  it('meets Jobs that waited from the first, run, or have finished, and say what may become of them', async () => {
    for (const { name, phase, word } of cases) {
      await project.kubectl(applied, jobManifest(name, phase, 'keycloak:20', word));
    }
    for (const { name, phase } of cases) before.set(name, await jobs.reached(name, phase));
    const images = [...before.values()].map(imageOf);
    expect(new Set(images)).toEqual(new Set([`${repository}@${k1}`]));
    await pointTo('20.0.3');
  });

  it.each(cases.filter(isReplaced))('has $name made anew', async ({ name, phase }) => {
    const old = before.get(name)!;
    const job = await jobs.replaced(old);
    expect(imageOf(job)).toBe(`${repository}@${k2}`);
    expect({ ...job.spec, selector: 0, template: 0 }).toEqual({ ...old.spec, selector: 0, template: 0 });
    await jobs.reached(name, phase);
    const note = await jobs.noted('JobRecreated', name);
    expect(note).toContain(`uid ${uidOf(old)}: container "keycloak" has ${repository}@${k2}`);
    expect(note).toContain(`before that ${repository}@${k1}`);
  });

  it.each(cases.filter((each) => !isReplaced(each)))('leaves $name as it is, and says so', async (each) => {
    const job = await jobs.get(each.name);
    expect(uidOf(job!)).toBe(uidOf(before.get(each.name)!));
    const note = await jobs.noted('TriggerSkipped', each.name);
    const hint = each.word === undefined ? '' : `: recreate-${each.phase} it would be`;
    expect(note).toContain(`with imagestreams.io/on-change${hint}`.slice(each.word === undefined ? 5 : 0));
  });

  it('leaves no record behind, and takes away the pods of the old Jobs', async () => {
    const revisions = ['get', 'controllerrevisions', '-n', controller.leaseNamespace, '-o', 'name'];
    await waitFor('the records to be gone', async () => (await cluster.kubectl(revisions)).stdout === '');
    expect(await controller.metric('imagestreams_trigger_pending_jobs')).toBe(0);
    expect(await controller.metric('imagestreams_trigger_writes_total', /Recreated/)).toBe(5);
    const uids = new Set(
      (await Promise.all(cases.map(({ name }) => jobs.get(name)))).map((job) => uidOf(job!)),
    );
    const path = '{range .items[*]}{.metadata.labels.batch\\.kubernetes\\.io/controller-uid}{" "}{end}';
    const { stdout } = await project.kubectl(['get', 'pods', '-o', `jsonpath=${path}`]);
    expect(
      stdout
        .trim()
        .split(' ')
        .filter((uid) => !uids.has(uid)),
    ).toEqual([]);
  });

  it('is no conflict for who applies the manifest next, and nothing differs', async () => {
    for (const { name, phase, word } of cases) {
      const uid = uidOf((await jobs.get(name))!);
      const manifest = jobManifest(name, phase, 'keycloak:20', word);
      await project.kubectl(applied, manifest);
      const diff = ['diff', '--server-side', '--field-manager=team', '-f', '-'];
      expect((await project.kubectl(diff, manifest)).stdout).toBe('');
      const job = await jobs.get(name);
      expect(uidOf(job!)).toBe(uid);
      expect(job!.metadata.managedFields?.map(({ manager }) => manager)).toContain('team');
    }
  });
});

describe('a paused trigger', () => {
  afterAll(forgetJobs);

  it('has no Job made anew until it is fired, and then once', async () => {
    await startOver();
    const job = await made('paused', 'waiting', 'recreate');
    const patch = { metadata: { annotations: { 'image.openshift.io/triggers': paused(job) } } };
    await project.kubectl(['patch', 'job', 'paused', '--type=merge', '-p', JSON.stringify(patch)]);
    await pointTo('20.0.3');
    expect(await jobs.noted('TriggerSkipped', 'paused')).toContain('its trigger is paused');
    expect(uidOf((await jobs.get('paused'))!)).toBe(uidOf(job));
    await project.kubectl(['annotate', 'job', 'paused', 'imagestreams.io/fire=now']);
    const fired = await jobs.replaced(job);
    expect(imageOf(fired)).toBe(`${repository}@${k2}`);
    expect(fired.metadata.annotations?.['image.openshift.io/triggers']).toContain('"paused":true');
  });

  const paused = ({ metadata }: SeenJob) => {
    const [trigger] = JSON.parse(metadata.annotations!['image.openshift.io/triggers']!) as readonly object[];
    return JSON.stringify([{ ...trigger, paused: true }]);
  };
});

describe('a Job that was applied client-side', () => {
  afterAll(forgetJobs);

  it('can be applied again when it was made anew, and nothing differs', async () => {
    await startOver();
    const manifest = jobManifest('classic', 'waiting', 'keycloak:20', 'recreate');
    await project.apply(manifest);
    const job = await jobs.reached('classic', 'waiting');
    await pointTo('20.0.3');
    const uid = uidOf(await jobs.replaced(job));
    expect((await project.kubectl(['diff', '-f', '-'], manifest)).stdout).toBe('');
    await project.apply(manifest);
    expect(uidOf((await jobs.get('classic'))!)).toBe(uid);
  });
});

describe('a Job that was suspended later than at its creation', () => {
  afterAll(forgetJobs);

  it('is taken for one that has started', async () => {
    await startOver();
    const job = await made('stopped', 'running', 'recreate');
    await project.kubectl(['patch', 'job', 'stopped', '--type=merge', '-p', '{"spec":{"suspend":true}}']);
    await jobs.reached('stopped', 'waiting');
    await pointTo('20.0.3');
    expect(await jobs.noted('TriggerSkipped', 'stopped')).toContain('has started, or may have');
    expect(uidOf((await jobs.get('stopped'))!)).toBe(uidOf(job));
  });
});

describe('what the API server would not take', () => {
  afterAll(forgetJobs);

  it('is noticed before anything is deleted', async () => {
    await startOver();
    const job = await made('quota', 'waiting', 'recreate');
    await quota(0);
    await pointTo('20.0.3');
    expect(await jobs.noted('TriggerFailed', 'quota')).toContain('exceeded quota');
    expect(uidOf((await jobs.get('quota'))!)).toBe(uidOf(job));
    await cluster.kubectl(['delete', 'resourcequota', 'jobs', '-n', project.namespace]);
  });
});

const quota = async (most: number) => {
  const args = ['create', 'quota', 'jobs', `--hard=count/jobs.batch=${most}`, '-n', project.namespace];
  await cluster.kubectl(args);
  const used = ['get', 'resourcequota', 'jobs', '-n', project.namespace, '-o', 'jsonpath={.status.used}'];
  await waitFor('the quota to be counted', async () => (await cluster.kubectl(used)).stdout !== '');
};

describe('a controller that is killed when the old Job is gone and the new one not there', () => {
  it('loses nothing, nor does the quota that is exhausted by then', async () => {
    await startOver();
    const manifest = jobManifest('killed', 'waiting', 'keycloak:20', 'recreate') as {
      readonly metadata: object;
    };
    const metadata = { ...manifest.metadata, finalizers: [finalizer] };
    await cluster.kubectl([...applied, '-n', project.namespace], {
      input: JSON.stringify({ ...manifest, metadata }),
    });
    const job = await jobs.reached('killed', 'waiting');
    await pointTo('20.0.3');
    await waitFor('the Job to be on its way out', async () => {
      return (await jobs.get('killed'))?.metadata.deletionTimestamp !== undefined;
    });
    await controller.process.stop('SIGKILL');
    const free = JSON.stringify([{ op: 'remove', path: '/metadata/finalizers' }]);
    await cluster.kubectl(['patch', 'job', 'killed', '-n', project.namespace, '--type=json', '-p', free]);
    await waitFor('the Job to be gone', async () => (await jobs.get('killed')) === undefined);
    await quota(0);
    const { leaseNamespace } = controller;
    controller = await installLeader(cluster, { name: 'controller-2', leaseNamespace });
    const told = await jobs.noted('TriggerFailed', 'killed');
    expect(told).toContain(`kept in ControllerRevision ${leaseNamespace}/job-${uidOf(job)}`);
    expect(told).toContain('exceeded quota');
    expect(await jobs.noted('TriggerFailed', 'keycloak', 'ImageStream')).toContain('"killed"');
    expect(await controller.metric('imagestreams_trigger_pending_jobs')).toBe(1);
    const record = ['get', 'controllerrevision', `job-${uidOf(job)}`, '-n', leaseNamespace];
    const kept = (await cluster.kubectl([...record, '-o', 'jsonpath={.data.job}'])).stdout;
    expect(JSON.parse(kept)).toMatchObject({ kind: 'Job', metadata: { name: 'killed' } });
    await cluster.kubectl(['delete', 'resourcequota', 'jobs', '-n', project.namespace]);
    const made = await jobs.replaced(job);
    expect(imageOf(made)).toBe(`${repository}@${k2}`);
    await cluster.kubectl([...applied, '-n', project.namespace], {
      input: JSON.stringify({ ...manifest, metadata }),
    });
    await cluster.kubectl(['patch', 'job', 'killed', '-n', project.namespace, '--type=json', '-p', free]);
  });
});

describe('where admission does not look', () => {
  it('no Job is made anew, as nobody was asked who may ask for it', async () => {
    const unseen = await projectWithStream({});
    const found = await ProjectJobs.of(unseen, cluster);
    const job = jobManifest('unseen', 'waiting', `${repository}@${k1}`, 'recreate');
    await unseen.kubectl(applied, job);
    const before = await found.reached('unseen', 'waiting');
    await pointTo('20.0.3', unseen);
    expect(await found.noted('TriggerSkipped', 'unseen')).toContain(
      'admission does not look at this namespace',
    );
    expect(uidOf((await found.get('unseen'))!)).toBe(uidOf(before));
    found.close();
    await unseen.close();
  });
});
