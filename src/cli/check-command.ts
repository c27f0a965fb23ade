import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { check } from '../check/index.ts';
import { ApiClient, connect, systemClock } from '../cluster/index.ts';
import { duration } from './duration.ts';
import { stopSignal } from './signals.ts';
import { userAgent } from './version.ts';

interface CheckCommandOptions {
  readonly kubeconfig?: string;
  readonly namespace: string;
  readonly repository: string;
  readonly import?: string;
  readonly rollouts: boolean;
  readonly timeout: number;
}

/** `imagestreams check`: a small story in a cluster, which says whether an installation works. */
export function checkCommand(): Command {
  return new Command('check')
    .description('play a small story in a namespace of a cluster: does the installation work?')
    .option(
      '--kubeconfig <file>',
      'how to reach the API server (default: KUBECONFIG, the pod, ~/.kube/config)',
    )
    .requiredOption('-n, --namespace <name>', 'where to play; the webhook must not be excluded from it')
    .option(
      '--repository <name>',
      'what the images are called; nothing pulls them',
      'example.com/imagestreams',
    )
    .option('--import <image>', 'also import this image from its registry')
    .option('--no-rollouts', 'the controller has --no-triggers: expect no Deployment to change')
    .option('--timeout <duration>', 'time for each thing that has to come about', duration, 60_000)
    .action((options: CheckCommandOptions) => runCheck(options));
}

async function runCheck(options: CheckCommandOptions): Promise<void> {
  const { kubeconfig, namespace, repository, rollouts, timeout } = options;
  const client = new ApiClient({ connection: await connect({ kubeconfig }), userAgent });
  const interrupted = new AbortController();
  void stopSignal().then(() => interrupted.abort());
  try {
    await check({
      ...{ client, rollouts, clock: systemClock, signal: interrupted.signal, patienceMs: timeout },
      imported: options.import,
      cast: { namespace, repository, name: `check-${randomBytes(4).toString('hex')}` },
      tell: (sentence) => process.stdout.write(`ok: ${sentence}\n`),
    });
  } finally {
    client.close();
  }
}
