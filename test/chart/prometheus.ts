import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { TestCluster } from '../cluster/index.ts';
import type { RuleGroup } from './alert-rules.ts';

/** What it collects and evaluates. */
export interface PrometheusSettings {
  readonly program: string;
  readonly scrape: readonly object[];
  readonly groups: readonly RuleGroup[];
}

/** A sample of an answer. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A rule, as it goes. */
export interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly state: 'inactive' | 'pending' | 'firing';
}

/** Prometheus, collecting every second. */
export class Prometheus {
  readonly #origin: string;

  private constructor(origin: string) {
    this.#origin = origin;
  }

  /** Starts one that ends with the suite. */
  static async start(
    cluster: TestCluster,
    { program, scrape, groups }: PrometheusSettings,
  ): Promise<Prometheus> {
    const directory = join(cluster.directory, 'prometheus');
    const [rules, config] = [`${directory}-rules.yaml`, `${directory}.yaml`];
    writeFileSync(rules, stringify({ groups }));
    const often = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
    // it names what the administrator's key is for
    const text = stringify({ global: often, rule_files: [rules], scrape_configs: scrape });
    writeFileSync(config, text, { mode: 0o600 });
    const address = `127.0.0.1:${await cluster.takePort()}`;
    const origin = `http://${address}`;
    await cluster.startProcess({
      name: 'prometheus',
      command: program,
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${directory}`,
        `--web.listen-address=${address}`,
      ],
      disposable: true,
      ready: async () => (await fetch(`${origin}/-/ready`)).ok,
    });
    return new Prometheus(origin);
  }

  /** @throws Error with what is wrong with the query */
  async query(expression: string): Promise<readonly Sample[]> {
    const { result } = (await this.#ask('query', { query: expression })) as {
      readonly result: readonly Sample[];
    };
    return result;
  }

  /** Names of all metrics that were ever collected. */
  async metricNames(): Promise<readonly string[]> {
    return (await this.#ask('label/__name__/values')) as readonly string[];
  }

  async rules(): Promise<readonly RuleState[]> {
    const { groups } = (await this.#ask('rules')) as {
      readonly groups: readonly { readonly rules: readonly RuleState[] }[];
    };
    return groups.flatMap(({ rules }) => rules);
  }

  async #ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const response = await fetch(`${this.#origin}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { data, error } = (await response.json()) as { readonly data: unknown; readonly error?: string };
    if (!response.ok) throw new Error(`${parameters['query'] ?? path}: ${error}`);
    return data;
  }
}
