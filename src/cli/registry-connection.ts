import { readFile } from 'node:fs/promises';
import { systemClock } from '../cluster/index.ts';
import type { OwnCredentials } from '../controllers/index.ts';
import { defaultRegistrySettings, type Rate, RegistryClient } from '../registry/index.ts';
import { mirrorRules } from './mirror-rules.ts';
import type { RegistryOptions } from './registry-options.ts';
import { UsageError } from './usage-error.ts';
import { userAgent } from './version.ts';

const { ratePerHost, rateTotal } = defaultRegistrySettings;

/** What imports ask with. @throws UsageError when a file that an option names cannot be used */
export async function registryOf(options: RegistryOptions): Promise<{
  readonly registryClient: RegistryClient;
  readonly ownCredentials: OwnCredentials | undefined;
  /** Namespaces whose pull secrets may be read. */
  readonly mayReadSecrets: (namespace: string) => boolean;
}> {
  const { allowAddress: allow, denyAddress: deny, registryCa, mirrors } = options;
  const registryClient = new RegistryClient({
    ...defaultRegistrySettings,
    userAgent,
    clock: systemClock,
    env: process.env,
    addresses: { allow, deny },
    mirrors: mirrors === undefined ? [] : mirrorRules(await textOf(mirrors, '--mirrors'), mirrors),
    extraCa: registryCa === undefined ? undefined : await textOf(registryCa, '--registry-ca'),
    ratePerHost: atRate(ratePerHost, options.registryRate),
    rateTotal: atRate(rateTotal, options.registryRateTotal),
  });
  const mayReadSecrets = among(options.pullSecrets ? options.pullSecretsNamespace : []);
  return { registryClient, ownCredentials: await ownCredentialsOf(options), mayReadSecrets };
}

/** The burst grows and shrinks with the rate. */
function atRate(rate: Rate, perSecond: number): Rate {
  return { ...rate, perSecond, burst: Math.ceil((rate.burst / rate.perSecond) * perSecond) };
}

async function ownCredentialsOf({
  credentials,
  credentialsNamespace,
}: RegistryOptions): Promise<OwnCredentials | undefined> {
  if (credentials === undefined) {
    if (credentialsNamespace.length === 0) return undefined;
    throw new UsageError('--credentials-namespace needs --credentials, the file that may be used');
  }
  const config = parsed(await textOf(credentials, '--credentials'));
  if (typeof config !== 'object' || config === null || !('auths' in config)) {
    throw new UsageError(`--credentials ${credentials} is no docker config JSON: it has no "auths"`);
  }
  return { config: { ...config }, mayUse: among(credentialsNamespace) };
}

/** Is a namespace one of those, or `*` among them? */
function among(namespaces: readonly string[]): (namespace: string) => boolean {
  const named = new Set(namespaces);
  return (namespace) => named.has(namespace) || named.has('*');
}

async function textOf(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option} ${file} cannot be read: ${(error as Error).message}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
