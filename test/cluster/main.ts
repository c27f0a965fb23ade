/** `npm run cluster`: the test cluster in the foreground, for a person. */
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { installDemonstration, thingsToTry } from './demonstration.ts';
import { Progress, Supervision, startCluster, type TestCluster } from './index.ts';

const interrupted = Promise.withResolvers<undefined>();
// Every further signal is ignored: cleaning up is short, and cutting it short would leave a cluster behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.resolve(undefined));
}

// Waiting for a signal alone does not keep Node running.
setInterval(() => undefined, 60_000);

const supervision = await Supervision.begin();
const code = await serve();
await supervision.end();
process.exit(code);

async function serve(): Promise<number> {
  const progress = new Progress();
  let cluster: TestCluster | undefined;
  try {
    cluster = await Promise.race([demonstration(progress), interrupted.promise]);
    if (cluster === undefined) return 130;
    process.stdout.write(greeting(cluster));
    const failed = await Promise.race([interrupted.promise, supervision.failure]);
    if (failed !== undefined) throw new Error(`${failed.name} ended: ${failed.how}\n${failed.tail()}`);
    process.stderr.write('\nstopping the cluster …\n');
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  } finally {
    await cluster?.close();
  }
}

async function demonstration(progress: Progress): Promise<TestCluster> {
  const cluster = await startCluster(supervision, progress);
  await progress.during('installing imagestreams', () => installDemonstration(cluster));
  return cluster;
}

function greeting(cluster: TestCluster): string {
  const path = dirname(cluster.program('kubectl'));
  const lines = [
    '',
    'The cluster is up, with the chart of imagestreams installed. In another terminal:',
    '',
    `export KUBECONFIG=${cluster.kubeconfig}`,
    ...(isOnPath('kubectl') ? [] : [`export PATH=${path}:$PATH`]),
    '',
    ...thingsToTry(cluster).flatMap(([what, commands]) => [`# ${what}`, ...commands, '']),
    'The pods of the chart run as processes of this machine; all others are there in the API only, and nothing is pulled.',
    '`kubectl -n imagestreams get pods` shows them, `kubectl -n imagestreams logs deployment/imagestreams-webhook` what they say.',
    `A registry listens on ${cluster.registry}. Ctrl-C stops and removes everything.`,
    '',
  ];
  // not indented: a here-document among them could not be copied otherwise
  return `${lines.join('\n')}\n`;
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
