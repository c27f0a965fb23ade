import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, jest } from '@jest/globals';
import { inTemporaryDirectory, start } from '../cli/program.ts';
import { textOf } from './pages.ts';

// each test starts a program, and the machine may be busy
jest.setTimeout(60_000);

/** An API server where nobody is: metrics are told all the same. */
const kubeconfig = `
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: 'https://127.0.0.1:9'}}]
users: [{name: u, user: {}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: ns}}]
current-context: x
`;
const telemetry = ['--telemetry-host', '127.0.0.1', '--telemetry-port', '0'];

/** The programs with everything that has metrics of its own. */
const programs = {
  Webhook: (directory: string) => [
    ...['webhook', '--host', '127.0.0.1', '--port', '0', '--generate-certificate', join(directory, 'w')],
    ...['--policy-config-map', 'ns/policy', '--webhook-configuration', 'imagestreams'],
  ],
  Controller: (directory: string) => [
    ...['controller', '--namespace', 'ns', '--named-tags', '10'],
    ...['--preview-host', '127.0.0.1', '--preview-port', '0'],
    ...['--preview-generate-certificate', join(directory, 'p')],
    ...['--webhook-certificate-secret', 'ns/tls', '--webhook-authority-secret', 'ns/authority'],
    ...['--webhook-configuration', 'imagestreams', '--webhook-service', 'ns/webhook'],
  ],
} as const;

interface Exposed {
  readonly type: string;
  readonly help: string;
  readonly labels: ReadonlySet<string>;
}

/** What each says once all its metrics are there. */
const ready = { Webhook: /"telemetryPort":/, Controller: /"previewPort":/ } as const;

/** Starts a program, and gives what it tells at `/metrics`. */
async function metricsOf(args: readonly string[], whenReady: RegExp): Promise<string> {
  const child = start(args);
  const ended = once(child, 'close');
  try {
    const port = await telemetryPortOf(child, whenReady);
    return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

function telemetryPortOf(child: ChildProcess, whenReady: RegExp): Promise<number> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(`ended early: ${lines.join('\n')}`)));
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output! }).on('line', (line) => {
        lines.push(line);
        const port = /"telemetryPort":(\d+)/.exec(lines.join('\n'))?.[1];
        if (port !== undefined && whenReady.test(line)) resolve(Number(port));
      });
    }
  });
}

function exposedIn(text: string): ReadonlyMap<string, Exposed> {
  const found = new Map<string, Exposed>();
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\w+)$/gm)) {
    const [, help = ''] = new RegExp(`^# HELP ${name} (.*)$`, 'm').exec(text) ?? [];
    const samples = text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\}`, 'gm'));
    const labels = Array.from(samples, ([, each = '']) =>
      Array.from(each.matchAll(/(\w+)="/g), ([, label = '']) => label),
    );
    found.set(name, { type, help, labels: new Set(labels.flat().filter((label) => label !== 'le')) });
  }
  return found;
}

interface Documented {
  readonly type: string;
  readonly labels: readonly string[];
  readonly what: string;
}

/** The rows under a heading of the page. */
function documentedOf(program: string): ReadonlyMap<string, Documented> {
  const [, section = ''] = textOf('docs/metrics.md').split(`\n## ${program}\n`);
  const rows = section
    .split('\n## ')[0]!
    .matchAll(/^\| `(imagestreams_\w+)` \| (\w+) \|([^|]*)\| (.*) \|$/gm);
  return new Map(
    Array.from(rows, ([, name = '', type = '', labels = '', what = '']) => {
      return [
        name,
        { type, labels: Array.from(labels.matchAll(/`(\w+)`/g), ([, label = '']) => label), what },
      ];
    }),
  );
}

describe.each(Object.entries(programs))('docs/metrics.md on the %s', (program, argsIn) => {
  it('has every metric that it tells, and no other', async () => {
    await inTemporaryDirectory(async (directory) => {
      const file = join(directory, 'kubeconfig');
      writeFileSync(file, kubeconfig);
      const args = [...argsIn(directory), ...telemetry, '--kubeconfig', file];
      const exposed = exposedIn(await metricsOf(args, ready[program as keyof typeof ready]));
      const documented = documentedOf(program);
      const own = [...exposed].filter(([name]) => name.startsWith('imagestreams_'));
      expect(documented.size).toBeGreaterThan(5);
      expect([...documented].map(([name, { type }]) => `${name} ${type}`).toSorted()).toEqual(
        own.map(([name, { type }]) => `${name} ${type}`).toSorted(),
      );
      for (const [name, { help, labels }] of own) {
        expect(help).not.toBe('');
        expect(documented.get(name)?.labels).toEqual(expect.arrayContaining([...labels]));
      }
      const others = [...exposed.keys()].filter((name) => !/^(imagestreams|process|nodejs)_/.test(name));
      expect(others).toEqual([]);
    });
  });
});
