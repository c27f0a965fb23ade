/**
 * The node agent as a process of its own: nodes whose pods run as processes of this machine, and the way of the API server
 * to them. Whatever it has started ends with it, also when it is killed.
 */
import { ApiClient } from '../../../src/cluster/index.ts';
import { createLogger } from '../../../src/telemetry/index.ts';
import { issueAuthority, issueCertificate } from '../../../src/tls/index.ts';
import { Supervision } from '../supervision.ts';
import { clusterConnection } from './connection.ts';
import { AgentNode } from './node.ts';
import { Runtime } from './runtime.ts';
import { ServiceNetwork } from './service-network.ts';
import { ServiceProxy } from './service-proxy.ts';
import type { AgentSettings } from './settings.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as AgentSettings;
const stopped = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.resolve());

const logger = await createLogger({ format: 'json' });
const connection = clusterConnection(settings.kubeconfig);
const client = new ApiClient({ connection, userAgent: 'node-agent' });
const network = new ServiceNetwork(client, logger);
const proxy = await ServiceProxy.listen(settings.socket, (...args) => network.route(...args), logger);
const { keepLogsIn } = settings;
const supervision = await Supervision.begin({
  prefix: 'imagestreams-pods-',
  ...(keepLogsIn === undefined ? {} : { keepLogsIn }),
});
const runtime = new Runtime(supervision);
const certificate = await servingCertificate();
const nodes = await Promise.all(
  settings.nodes.map((node) =>
    AgentNode.start(node, certificate, {
      client,
      runtime,
      images: settings.images,
      logger,
      apiServer: connection.server,
      realDirectories: settings.realDirectories,
      restartBackoff: settings.restartBackoff ?? { first: 10, longest: 300 },
    }),
  ),
);

await stopped.promise;
await Promise.all(nodes.map((node) => node.remove()));
await supervision.end();
proxy.close();
await network.stop();
process.exit(0);

/** Nobody looks at it: the API server is not told which authority to ask for. */
async function servingCertificate(): ReturnType<typeof issueCertificate> {
  const validity = { notBefore: new Date(Date.now() - 3_600_000), days: 7 };
  const authority = await issueAuthority({ commonName: 'node-agent', ...validity });
  return await issueCertificate(authority, { commonName: 'node-agent', usages: ['server'], ...validity });
}
