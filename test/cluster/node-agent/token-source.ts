import { type ApiClient, resourcePath } from '../../../src/cluster/index.ts';
import type { Pod } from './objects.ts';

interface Token {
  readonly token: string;
  readonly renewAt: number;
}

/** The tokens of one pod's service account: bound to the pod, renewed at four fifths of their life, as the kubelet does. */
export class TokenSource {
  readonly #client: ApiClient;
  readonly #pod: Pod;
  readonly #known = new Map<string, Token>();

  constructor(client: ApiClient, pod: Pod) {
    this.#client = client;
    this.#pod = pod;
  }

  async token(audience: string | undefined, expirationSeconds: number): Promise<string> {
    const key = `${audience ?? ''} ${expirationSeconds}`;
    const known = this.#known.get(key);
    if (known !== undefined && Date.now() < known.renewAt) return known.token;
    const { name, namespace, uid } = this.#pod.metadata;
    const path = resourcePath({
      version: 'v1',
      resource: 'serviceaccounts',
      namespace,
      name: this.#pod.spec.serviceAccountName ?? 'default',
      subresource: 'token',
    });
    const { status } = (await this.#client.create(path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        ...(audience === undefined ? {} : { audiences: [audience] }),
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      },
    })) as { readonly status: { readonly token: string; readonly expirationTimestamp: string } };
    const lifetime = Date.parse(status.expirationTimestamp) - Date.now();
    this.#known.set(key, { token: status.token, renewAt: Date.now() + lifetime * 0.8 });
    return status.token;
  }
}
