import type { ApiClient, JsonObject } from '../cluster/index.ts';
import type { AuthorityContent, Ground, ServingContent } from './ground.ts';
import { type NewAuthority, type NewLeaf, newAuthority, newLeaf } from './issuing.ts';
import { registrationKinds, registrationPath, secretPath } from './paths.ts';
import { registrationOf, withBundle } from './registrations.ts';
import { authorityData, authorityOf, servingData, servingOf } from './secrets.ts';
import type { ServerTime } from './server-time.ts';
import type { NamespacedName, RotationSettings } from './settings.ts';
import type { Registration, StoredAuthority, StoredServing, TrustedCertificate } from './state.ts';

/** By this name the API server knows who wrote a field. */
const fieldManager = 'imagestreams-controller';

/** Secrets and webhook configurations in a cluster. What was read is what is replaced, so fields that this program does not know stay. */
export class ClusterGround implements Ground {
  readonly #client: ApiClient;
  readonly #settings: RotationSettings;
  readonly #time: ServerTime;
  /** Bodies of what was read, by the identity of what they were read as. */
  readonly #bodies = new WeakMap<object, JsonObject>();

  constructor(client: ApiClient, settings: RotationSettings, time: ServerTime) {
    this.#client = client;
    this.#settings = settings;
    this.#time = time;
  }

  now(): Promise<number> {
    return this.#time.now();
  }

  async registrations(): Promise<readonly Registration[]> {
    const found: Registration[] = [];
    for (const kind of registrationKinds) {
      const object = await this.#get(registrationPath(kind, this.#settings.configuration));
      if (object === undefined) continue;
      const registration = registrationOf(kind, object);
      this.#bodies.set(registration, object);
      found.push(registration);
    }
    return found;
  }

  async serving(): Promise<StoredServing> {
    const object = await this.#get(secretPath(this.#settings.serving));
    return this.#kept(servingOf(object, this.#settings.names), object);
  }

  async authority(): Promise<StoredAuthority> {
    const { authority } = this.#settings;
    const object = authority === undefined ? undefined : await this.#get(secretPath(authority));
    return this.#kept(authorityOf(object), object);
  }

  issueAuthority(now: number): Promise<NewAuthority> {
    return newAuthority(this.#settings, now);
  }

  issueServing(authority: NewAuthority, now: number): Promise<NewLeaf> {
    return newLeaf(authority, this.#settings, now);
  }

  async writeAuthority(content: AuthorityContent, replaced: StoredAuthority): Promise<void> {
    const { authority } = this.#settings;
    if (authority !== undefined) await this.#write(authority, 'Opaque', authorityData(content), replaced);
  }

  writeServing(content: ServingContent, replaced: StoredServing): Promise<void> {
    return this.#write(this.#settings.serving, 'kubernetes.io/tls', servingData(content), replaced);
  }

  async writeBundle(bundle: readonly TrustedCertificate[], replaced: Registration): Promise<void> {
    const object = this.#bodies.get(replaced);
    if (object === undefined) return;
    const path = registrationPath(replaced.kind, this.#settings.configuration);
    await this.#client.replace(path, withBundle(object, bundle), { query: { fieldManager } });
  }

  async #write(
    { namespace, name }: NamespacedName,
    type: string,
    data: JsonObject,
    replaced: StoredAuthority | StoredServing,
  ): Promise<void> {
    const object = this.#bodies.get(replaced);
    if (object !== undefined) {
      await this.#client.replace(
        secretPath({ namespace, name }),
        { ...object, data },
        { query: { fieldManager } },
      );
      return;
    }
    const labels = { 'app.kubernetes.io/managed-by': fieldManager };
    const metadata = { namespace, name, labels };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type, data };
    await this.#client.create(secretPath({ namespace }), secret, { query: { fieldManager } });
  }

  #kept<T extends object>(read: T, object: JsonObject | undefined): T {
    if (object !== undefined) this.#bodies.set(read, object);
    return read;
  }

  async #get(path: string): Promise<JsonObject | undefined> {
    return (await this.#client.find(path)) as JsonObject | undefined;
  }
}
