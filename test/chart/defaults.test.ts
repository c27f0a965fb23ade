import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Command } from 'commander';
import { defaultSettings } from '../../src/admission/index.ts';
import { controllerOptions } from '../../src/cli/controller-options.ts';
import { webhookCommand } from '../../src/cli/webhook-command.ts';
import { TestCluster } from '../cluster/index.ts';
import { release } from './installed-chart.ts';
import { rendered } from './rendered.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

/** What the chart has to tell each process, as only it knows. */
const told: Readonly<Record<string, readonly string[]>> = {
  webhook: ['certificateSecret', 'host', 'telemetryHost', 'webhookConfiguration'],
  controller: [
    ...['leaseName', 'namespace', 'telemetryHost'],
    ...['webhookAuthoritySecret', 'webhookCertificateSecret', 'webhookConfiguration', 'webhookService'],
  ],
};

async function argsOf(component: string): Promise<readonly string[]> {
  const objects = (await rendered(cluster, {})) as readonly {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec: {
      readonly template: { readonly spec: { readonly containers: readonly { args: string[] }[] } };
    };
  }[];
  const found = objects.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === `${release}-${component}`,
  );
  const [command, ...args] = found?.spec.template.spec.containers[0]?.args ?? [];
  expect(command).toBe(component);
  return args;
}

describe("the chart's defaults", () => {
  it.each<readonly [string, () => Command]>([
    ['webhook', () => webhookCommand().action(() => undefined)],
    ['controller', controllerOptions],
  ])('are those of the %s, with what only the chart knows', async (component, options) => {
    const read = (args: readonly string[]) => options().exitOverride().parse(args, { from: 'user' }).opts();
    const given = read(await argsOf(component));
    const byDefault: Readonly<Record<string, unknown>> = {
      controllerIdentity: defaultSettings.controllerIdentities,
      ...read([]),
    };
    const other = Object.keys(given).filter(
      (name) => name !== 'identity' && JSON.stringify(given[name]) !== JSON.stringify(byDefault[name]),
    );
    expect(other.filter((name) => !told[component]?.includes(name))).toEqual([]);
  });
});
