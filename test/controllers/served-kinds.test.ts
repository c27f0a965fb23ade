import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../cluster-client/eventually.ts';
import { deploymentPath, deployments, follow, image, jobs, TriggerStage } from './trigger-stage.ts';

let stage: TriggerStage;
beforeEach(async () => {
  stage = new TriggerStage();
  await stage.start();
  stage.withWebhook();
  stage.tag('app', { v1: image(1) });
  stage.deploy('web', { web: image(1) }, [follow('app:v1')]);
  await stage.lead();
  await eventually(() => stage.followers('app', 'v1') === 1);
});
afterEach(() => stage.stop());

describe('a kind that the cluster does not serve any more', () => {
  it('is not watched, and its workloads follow nothing', async () => {
    stage.serve(jobs);
    expect(stage.followers('app', 'v1')).toBe(0);
    await eventually(() => stage.server.watching === 2);
    expect(await stage.metric('workloads', 'Deployment')).toBe(0);
  });

  it('is caught up with when it is served again', async () => {
    stage.serve(jobs);
    stage.tag('app', { v1: image(2) });
    stage.serve(deployments, jobs);
    await stage.has('web', image(2));
    expect(stage.server.get(deploymentPath('web')).metadata.generation).toBe(2);
  });

  it('is followed on where it is served in another version', async () => {
    stage.serve({ ...deployments, version: 'v2', apiVersion: 'apps/v2' }, jobs);
    const path = deploymentPath('other').replace('/v1/', '/v2/');
    stage.server.put(path, stage.server.get(deploymentPath('web')));
    await eventually(() => stage.followers('app', 'v1') === 1);
    stage.tag('app', { v1: image(2) });
    await eventually(() => JSON.stringify(stage.server.get(path)['spec']).includes(image(2)));
    expect(stage.images('web')).toEqual({ web: image(1) });
  });

  it('changes nothing for the others', async () => {
    stage.job('once', { web: image(1) }, [follow('app:v1')]);
    await eventually(() => stage.followers('app', 'v1') === 2);
    stage.serve(jobs);
    expect(stage.followers('app', 'v1')).toBe(1);
    stage.tag('app', { v1: image(2) });
    await stage.told('TriggerSkipped', 'its template cannot be changed');
  });
});
