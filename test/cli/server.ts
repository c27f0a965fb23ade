import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { checkout, start } from './program.ts';

/** The response of an AdmissionReview, with its patch decoded. */
export interface Response {
  readonly allowed: boolean;
  readonly patch?: readonly { readonly path: string; readonly value: string }[];
  readonly status?: { readonly message: string };
}

/** `imagestreams serve` as a process, with its output at hand. */
export class Server {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], cwd?: string) {
    this.#child = start(['serve', '--port', '0', ...args], cwd === undefined ? {} : { cwd });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      for (const look of this.#waiting) look();
    });
  }

  get output(): string {
    return this.#lines.join('\n');
  }

  /** Resolves to the first line that matches; rejects when the process ends before. */
  line(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.#lines.find((line) => pattern.test(line));
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      this.#child.once('exit', () => reject(new Error(`ended without a line ${pattern}: ${this.output}`)));
      look();
    });
  }

  /** Where it serves, once it does. */
  async serving(): Promise<{
    readonly url: string;
    readonly caFile: string;
    readonly telemetryUrl?: string;
    readonly tryIt: { readonly curl: string; readonly decoded: string };
  }> {
    return JSON.parse(await this.line(/"url":"https:/));
  }

  /** Sends an example review. */
  async review(webhook: 'mutate' | 'validate', file: string, certs: string): Promise<Response> {
    const { url } = await this.serving();
    const body = readFileSync(join(checkout, 'examples/reviews', file));
    const sent = request(`${url}/${webhook}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ca: readFileSync(join(certs, 'ca.crt')),
      agent: false,
    });
    sent.end(body);
    const [received] = await once(sent, 'response');
    return decoded(await text(received));
  }

  /** Gives the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }
}

export function decoded(body: string): Response {
  const { response } = JSON.parse(body) as { response: Response & { readonly patch?: unknown } };
  return typeof response.patch === 'string'
    ? { ...response, patch: JSON.parse(Buffer.from(response.patch, 'base64').toString()) }
    : response;
}

/** Runs a line as a person's shell would, from the checkout, with a stand-in where there is no curl; gives its standard output. */
export async function shell(line: string): Promise<string> {
  const path = `${join(process.execPath, '..')}:${process.env['PATH']}`;
  const curl = 'command -v curl > /dev/null || curl() { node test/cli/curl.ts "$@"; }';
  const child = spawn('sh', ['-c', `${curl}; ${line}`], {
    cwd: checkout,
    env: { ...process.env, PATH: path, NODE_OPTIONS: '' },
  });
  return await text(child.stdout);
}
