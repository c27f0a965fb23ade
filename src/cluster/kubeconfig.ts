import { readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { type Connection, ConnectionError, type Credentials } from './connection.ts';
import { ApiError } from './error.ts';
import { asObject, asText } from './json.ts';

/**
 * The connection that kubeconfig files describe; the first file to say something wins, as with kubectl.
 * Client certificates, tokens, token files, exec and OIDC plugins and proxies are applied by client-node.
 * Only imported when needed: it is by far the largest module of the program.
 * @throws ConnectionError
 */
export function kubeconfigConnection(files: readonly string[], context?: string): Connection {
  const config = files.map(load).reduce(merge);
  if (context !== undefined) config.setCurrentContext(context);
  const name = config.getCurrentContext();
  const cluster = config.getCurrentCluster();
  const where = files.join(', ');
  if (!name || cluster === null || config.getCurrentUser() === null) {
    const known = config.getContexts().map((each) => each.name);
    throw new ConnectionError(
      'UnknownContext',
      `The context "${name ?? ''}" with its cluster and user is not in ${where}; there are: ${known.join(', ') || 'none'}.`,
    );
  }
  if (!URL.canParse(cluster.server)) {
    throw new ConnectionError(
      'InvalidKubeconfig',
      `The server of context "${name}" in ${where} is not a URL.`,
    );
  }
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify) {
    throw new ConnectionError(
      'InsecureServer',
      `The server of context "${name}" in ${where} is plain HTTP; set insecure-skip-tls-verify: true to allow that.`,
    );
  }
  return {
    server: new URL(cluster.server),
    namespace: config.getContextObject(name)?.namespace,
    credentials: () => credentials(config, cluster.proxyUrl !== undefined),
    forget: () => {},
  };
}

function load(file: string): KubeConfig {
  const text = read(file);
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
    config.makePathsAbsolute(dirname(file));
    const tokenFiles = tokenFilesOf(parse(text), dirname(file));
    config.users = config.users.map((user) => {
      const tokenFile = tokenFiles.get(user.name);
      return tokenFile === undefined
        ? user
        : { ...user, authProvider: { name: 'tokenFile', config: { tokenFile } } };
    });
  } catch {
    // The parser's own words may quote the file, and with it a key or token.
    throw new ConnectionError('InvalidKubeconfig', `${file} is not a valid kubeconfig.`);
  }
  return config;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConnectionError('UnreadableFile', `The kubeconfig ${file} cannot be read (${code}).`);
  }
}

/** `users[].user.tokenFile` by user: client-node does not know this field. */
function tokenFilesOf(document: unknown, directory: string): ReadonlyMap<string, string> {
  const users = asObject(document)['users'];
  const files = new Map<string, string>();
  for (const entry of Array.isArray(users) ? users : []) {
    const name = asText(asObject(entry)['name']);
    const tokenFile = asText(asObject(asObject(entry)['user'])['tokenFile']);
    if (name !== undefined && tokenFile !== undefined) files.set(name, resolve(directory, tokenFile));
  }
  return files;
}

function merge(first: KubeConfig, second: KubeConfig): KubeConfig {
  second.clusters = second.clusters.filter((each) => first.getCluster(each.name) === null);
  second.users = second.users.filter((each) => first.getUser(each.name) === null);
  second.contexts = second.contexts.filter((each) => first.getContextObject(each.name) === null);
  first.mergeConfig(second, Boolean(first.getCurrentContext()));
  return first;
}

async function credentials(config: KubeConfig, proxied: boolean): Promise<Credentials> {
  const options: RequestOptions = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch {
    // A plugin's error text is whatever it wrote to standard error, secrets perhaps included.
    throw new ApiError(
      'Credentials',
      `The credentials of user "${config.getCurrentUser()?.name}" could not be obtained from its file or plugin; ` +
        'kubectl with the same kubeconfig shows why.',
    );
  }
  const headers: Record<string, string> = {};
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    headers[name.toLowerCase()] = String(value).trim();
  }
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return {
    headers,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(servername !== undefined && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    },
    ...(proxied && { agent: options.agent as Agent }),
  };
}
