import { join } from 'node:path';
import { startPepr } from './pepr.ts';
import { type Program, startProgram } from './programs.ts';
import { awaitPatch, type Target } from './target.ts';
import { startWebhook, writeKubeconfig } from './webhook.ts';

/** A server that takes part in a comparison. */
export interface Contender extends Program {
  readonly name: string;
  /** What it is measured with; several of one server are several rows. */
  readonly loads: readonly { readonly name: string; readonly target: Target }[];
}

/** Where a comparison keeps what it needs. */
export interface Ground {
  /** Temporary. */
  readonly directory: string;
  readonly certificates: string;
  /** File with a review on each line. */
  readonly bodies: string;
}

const both = ['/mutate', '/validate'];

/** A server of this directory that announces its port. */
async function ownServer(ground: Ground, name: string, file: string): Promise<Contender> {
  const program = await startProgram({
    core: 'server',
    command: [process.execPath, join(import.meta.dirname, file), ground.certificates],
    env: { NODE_ENV: 'production' },
    log: join(ground.directory, `${file}.log`),
    announces: /^(?<port>\d+)$/m,
  });
  const target = { port: Number(program.announced['port']), paths: both, bodies: ground.bodies };
  return { ...program, name, loads: [{ name, target }] };
}

export function bareServer(ground: Ground): Promise<Contender> {
  return ownServer(ground, 'bare node:https', 'bare-server.ts');
}

export function stockExpress(ground: Ground): Promise<Contender> {
  return ownServer(ground, 'stock Express', 'express-server.ts');
}

/** pepr with one line of mutation. */
export async function pepr({ directory, certificates, bodies }: Ground): Promise<Contender> {
  const { paths, ...program } = await startPepr(directory, certificates);
  const target = { port: program.port, paths, bodies };
  await awaitPatch(target);
  return { ...program, name: 'pepr', loads: [{ name: 'pepr 1.1.4, mutate', target }] };
}

/** This project's webhook, bundled, with all the streams of `streams.ts` in memory. */
export async function imagestreams({ directory, certificates, bodies }: Ground): Promise<Contender> {
  const api = await startProgram({
    core: 'load',
    command: [process.execPath, join(import.meta.dirname, 'streams-server.ts'), certificates],
    log: join(directory, 'streams.log'),
    announces: /^(?<port>\d+)$/m,
  });
  const kubeconfig = await writeKubeconfig(
    join(directory, 'kubeconfig'),
    api.announced['port'] ?? '',
    join(certificates, 'ca.crt'),
  );
  const webhook = await startWebhook({ directory, certificates, kubeconfig });
  const load = (name: string, paths: readonly string[]) => ({
    name,
    target: { port: webhook.port, paths, bodies },
  });
  const mutate = load('imagestreams, mutate', ['/mutate']);
  await awaitPatch(mutate.target);
  return {
    ...webhook,
    stop: async () => {
      await webhook.stop();
      await api.stop();
    },
    name: 'imagestreams',
    loads: [
      load('imagestreams, mutate and validate in turn', both),
      mutate,
      load('imagestreams, validate', ['/validate']),
    ],
  };
}
