import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Arguments of an API server that traces every request. Its own spans are lost: nobody listens on the discard port. */
export async function tracingArgs(directory: string): Promise<readonly string[]> {
  const file = join(directory, 'tracing.yaml');
  const configuration = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'TracingConfiguration',
    endpoint: '127.0.0.1:9',
    samplingRatePerMillion: 1_000_000,
  };
  await writeFile(file, stringify(configuration));
  return [`--tracing-config-file=${file}`];
}
