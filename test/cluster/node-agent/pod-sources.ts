import { type ApiClient, isApiError, resourcePath } from '../../../src/cluster/index.ts';
import type { Pod } from './objects.ts';
import { TokenSource } from './token-source.ts';
import type { VolumeSources } from './volume-files.ts';

interface Data {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** What the API server has for a pod: ConfigMaps and Secrets of its namespace, and tokens. */
export function podSources(client: ApiClient, pod: Pod): VolumeSources {
  const { namespace } = pod.metadata;
  const read = async (resource: string, name: string): Promise<Data | undefined> => {
    try {
      return (await client.get(resourcePath({ version: 'v1', resource, namespace, name }))) as Data;
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined;
      throw error;
    }
  };
  const tokens = new TokenSource(client, pod);
  return {
    configMap: async (name) => {
      const object = await read('configmaps', name);
      return object && new Map([...entries(object.data, 'utf8'), ...entries(object.binaryData, 'base64')]);
    },
    secret: async (name) => {
      const object = await read('secrets', name);
      return object && new Map(entries(object.data, 'base64'));
    },
    token: (audience, expirationSeconds) => tokens.token(audience, expirationSeconds),
  };
}

function entries(
  data: Readonly<Record<string, string>> = {},
  encoding: BufferEncoding,
): readonly (readonly [string, Buffer])[] {
  return Object.entries(data).map(([key, value]) => [key, Buffer.from(value, encoding)]);
}
