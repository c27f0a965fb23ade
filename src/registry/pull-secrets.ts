import { type DockerConfig, dockerConfig } from './docker-config.ts';
import { asObject, asText, type JsonObject } from './json.ts';

export interface DockerConfigs {
  readonly configs: readonly DockerConfig[];
  /** What cannot be used: a sentence each, that names the Secret and quotes nothing of it. */
  readonly problems: readonly string[];
}

const keys: Readonly<Record<string, string>> = {
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
  'kubernetes.io/dockercfg': '.dockercfg',
};
const excludeAnnotation = 'openshift.io/image.excludeSecret';

/**
 * Reads the pull secrets of a namespace (image-streams.md §5.5, §14.12): types `kubernetes.io/dockerconfigjson` and
 * `kubernetes.io/dockercfg`, but for those annotated `openshift.io/image.excludeSecret: "true"`. What cannot be read is reported and
 * left out.
 *
 * @param secrets Secrets as the API has them, of whatever type
 */
export function dockerConfigOf(secrets: readonly JsonObject[]): DockerConfigs {
  const configs: DockerConfig[] = [];
  const problems: string[] = [];
  for (const secret of secrets) {
    const type = asText(secret['type']) ?? '';
    const key = Object.hasOwn(keys, type) ? keys[type] : undefined;
    const metadata = asObject(secret['metadata']);
    if (key === undefined || asObject(metadata['annotations'])[excludeAnnotation] === 'true') continue;
    const name = asText(metadata['name']) ?? '';
    const auths = authsIn(secret, key);
    if (auths === undefined) {
      problems.push(`Secret "${name}" is left out: its ${key} is missing or is no docker configuration.`);
      continue;
    }
    const config = dockerConfig(auths);
    configs.push(config);
    if (config.skipped > 0) problems.push(skippedSentence(name, key, config.skipped));
  }
  return { configs, problems };
}

function skippedSentence(name: string, key: string, skipped: number): string {
  const entries = skipped === 1 ? 'one entry' : `${skipped} entries`;
  return `Secret "${name}" is used without ${entries} of its ${key} in which "auth" is no base64 of name:password.`;
}

function authsIn(secret: JsonObject, key: string): JsonObject | undefined {
  const encoded = asText(asObject(secret['data'])[key]);
  if (encoded === undefined) return undefined;
  const content = parsed(Buffer.from(encoded, 'base64').toString('utf8'));
  const auths = key === '.dockercfg' ? content : asObject(content)['auths'];
  return typeof auths === 'object' && auths !== null && !Array.isArray(auths) ? asObject(auths) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
