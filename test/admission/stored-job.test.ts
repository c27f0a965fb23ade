import { describe, expect, it } from '@jest/globals';
import { mutate, resolvedAnnotation } from '../../src/admission/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { applied, type Contents, containers, isUntouched, kindOf, requestFor, workload } from './reviews.ts';
import { AAA, CCC, imageStream, resolvedMysql, StreamsFixture } from './streams-fixture.ts';
import { around, storedImages } from './surroundings.ts';

const jobs = kindOf('jobs');
const job = (contents: Contents) => workload(jobs, contents);
const named = { containers: containers('mysql:5.7') };

async function stored(): Promise<KubernetesObject> {
  const request = requestFor(jobs, job(named));
  return applied(request, await mutate(request, around()));
}

/** The tag has moved since. */
const moved = () =>
  new StreamsFixture([
    imageStream('mysql', [{ tag: '5.7', recorded: 'docker.io/library/mysql', image: CCC }]),
  ]);

describe('a stored Job', () => {
  it('is not changed by its own manifest, applied again after the tag moved', async () => {
    const old = await stored();
    const request = requestFor(jobs, job(named), { old });
    expect(applied(request, await mutate(request, around({ streams: moved() })))).toEqual(old);
  });

  it('keeps another name that a client writes, for the API server to refuse', async () => {
    const old = await stored();
    const request = requestFor(jobs, job({ containers: containers('mirror:v1') }), { old });
    expect(await storedImages(request, around())).toEqual(['mirror:v1']);
  });

  it('is no source of images for a container of another name', async () => {
    const old = await stored();
    const renamed = job({ containers: [{ name: 'other', image: 'mysql:5.7' }] });
    expect(await storedImages(requestFor(jobs, renamed, { old }), around())).toEqual(['mysql:5.7']);
  });

  it('is believed what it says, a client is not', async () => {
    const forged = { [resolvedAnnotation]: '{"c0":{"name":"mysql:5.7","imageStreamTag":"mysql:5.7"}}' };
    const old = job({ containers: containers(`quay.io/org/db@${AAA}`) });
    const request = requestFor(jobs, job({ ...named, annotations: forged }), { old });
    expect(await storedImages(request, around())).toEqual(['mysql:5.7']);
  });

  it('with its digest is left as it is', async () => {
    const old = await stored();
    expect(isUntouched((await mutate(requestFor(jobs, old, { old }), around())).answer)).toBe(true);
    expect(await storedImages(requestFor(jobs, old, { old }), around())).toEqual([resolvedMysql]);
  });

  it('is the exception: a CronJob takes the tag’s new image instead', async () => {
    const cronJobs = kindOf('cronjobs');
    const first = requestFor(cronJobs, workload(cronJobs, named));
    const old = applied(first, await mutate(first, around()));
    const request = requestFor(cronJobs, workload(cronJobs, named), { old });
    const surroundings = around({ streams: moved() });
    expect(await storedImages(request, surroundings)).toEqual([`docker.io/library/mysql@${CCC}`]);
  });
});
