import type { AuthorityContent, Ground, ServingContent } from '../../src/certificates/ground.ts';
import type { RotationSettings } from '../../src/certificates/settings.ts';
import type {
  Authority,
  Fault,
  Leaf,
  Registration,
  RegistrationKind,
  StoredAuthority,
  StoredServing,
  TrustedCertificate,
} from '../../src/certificates/state.ts';
import { ApiError } from '../../src/cluster/index.ts';
import type { Life } from '../../src/tls/index.ts';

const dayMs = 86_400_000;

/** A certificate is an identifier here, which stands for PEM and key, too. */
interface Issued extends Life {
  readonly signer: string | undefined;
}

interface Versioned<T> {
  readonly version: string;
  readonly content: T;
}

/** The authority's Secret; `broken` stands for whatever cannot be read in its place. */
interface AuthoritySecret {
  readonly authority: string | 'broken';
  readonly previous: readonly string[];
  readonly until: number | undefined;
}

interface ServingSecret {
  readonly leaf: string | 'broken';
  readonly authority: string;
}

/** What a `caBundle` held, and from when on. */
interface Trust {
  readonly since: number;
  readonly ids: readonly string[];
}

export const kinds: readonly RegistrationKind[] = [
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
];

/** Everything that certificates are about, without cryptography: API objects with versions, replicas, and clocks that are moved by hand. */
export class World {
  /** Runs on, whatever the wall clock does. */
  elapsed = 0;
  /** What the API server's clock is ahead of that. */
  skew = 1_800_000_000_000;
  readonly #issued = new Map<string, Issued>();
  #version = 0;
  #authority: Versioned<AuthoritySecret> | undefined;
  #serving: Versioned<ServingSecret> | undefined;
  readonly #bundles = new Map<RegistrationKind, Versioned<readonly (readonly string[])[]>>();
  /** Of each webhook of each registration, the newest last. */
  readonly #trust = new Map<string, Trust[]>();
  /** What each replica serves. */
  readonly replicas: (string | undefined)[] = [undefined, undefined];
  readonly #settings: RotationSettings;

  constructor(settings: RotationSettings) {
    this.#settings = settings;
    for (const kind of kinds) this.setBundles(kind, () => []);
  }

  get now(): number {
    return this.elapsed + this.skew;
  }

  get authority(): AuthoritySecret | undefined {
    return this.#authority?.content;
  }

  get serving(): ServingSecret | undefined {
    return this.#serving?.content;
  }

  life(id: string): Issued | undefined {
    return this.#issued.get(id);
  }

  /** By the API server's clock. */
  isValid(id: string): boolean {
    const life = this.#issued.get(id);
    return life !== undefined && this.now >= life.notBefore && this.now < life.notAfter;
  }

  setAuthority(content: AuthoritySecret | undefined): void {
    this.#authority = content && { version: this.#next(), content };
  }

  setServing(content: ServingSecret | undefined): void {
    this.#serving = content && { version: this.#next(), content };
  }

  /** Two webhooks for each registration. */
  setBundles(kind: RegistrationKind, idsOf: (webhook: number) => readonly string[]): void {
    const content = [0, 1].map(idsOf);
    this.#bundles.set(kind, { version: this.#next(), content });
    content.forEach((ids, webhook) => {
      const key = `${kind} ${webhook}`;
      this.#trust.set(key, [...(this.#trust.get(key) ?? []), { since: this.elapsed, ids }]);
    });
  }

  bundles(): readonly (readonly string[])[] {
    return [...this.#bundles.values()].flatMap(({ content }) => content);
  }

  /** Whatever an API server may believe that `caBundle` holds, when it is behind by so much at most. */
  trustedSince(elapsed: number): readonly (readonly string[])[] {
    return [...this.#trust.values()].flatMap((history) => {
      const first = history.findLastIndex(({ since }) => since <= elapsed);
      return history.slice(Math.max(first, 0)).map(({ ids }) => ids);
    });
  }

  /** A replica takes what is in the Secret; one that has just started has nothing else. */
  sync(replica: number): void {
    const leaf = this.#serving?.content.leaf;
    if (leaf !== undefined && leaf !== 'broken') this.replicas[replica] = leaf;
  }

  /** Each call of the ground waits for its turn, then happens at once. */
  ground(turn: () => Promise<void>): Ground {
    const at = async <T>(act: () => T): Promise<T> => {
      await turn();
      return act();
    };
    return {
      now: () => at(() => this.now),
      registrations: () => at(() => kinds.map((kind) => this.#registration(kind))),
      serving: () => at(() => this.#storedServing()),
      authority: () => at(() => this.#storedAuthority()),
      issueAuthority: (now) => at(() => pair(this.#issue('ca', now, this.#settings.authorityLifetimeMs))),
      issueServing: (authority, now) =>
        at(() => pair(this.#issue('leaf', now, this.#settings.servingLifetimeMs, authority.certificate))),
      writeAuthority: (content, replaced) => at(() => this.#writeAuthority(content, replaced)),
      writeServing: (content, replaced) => at(() => this.#writeServing(content, replaced)),
      writeBundle: (bundle, replaced) =>
        at(() => {
          guard(replaced.version, this.#bundles.get(replaced.kind)?.version);
          this.setBundles(replaced.kind, () => bundle.map(({ id }) => id));
        }),
    };
  }

  #writeAuthority({ authority, previous, previousUntil }: AuthorityContent, replaced: StoredAuthority): void {
    guard(replaced.version, this.#authority?.version);
    const ids = previous.map(({ id }) => id);
    this.setAuthority({ authority: authority.certificate, previous: ids, until: previousUntil });
  }

  #writeServing({ leaf, authority }: ServingContent, replaced: StoredServing): void {
    guard(replaced.version, this.#serving?.version);
    this.setServing({ leaf: leaf.certificate, authority: authority.certificate });
  }

  #issue(kind: string, now: number, lifeMs: number, signer?: string): string {
    const id = `${kind}-${this.#issued.size}`;
    const end = signer === undefined ? undefined : this.#issued.get(signer)?.notAfter;
    const notAfter = Math.min(now + lifeMs, end ?? Number.POSITIVE_INFINITY);
    this.#issued.set(id, { notBefore: now - dayMs, notAfter, signer });
    return id;
  }

  #storedAuthority(): StoredAuthority {
    const { version, content } = this.#authority ?? { version: undefined, content: undefined };
    const authority: Authority | Fault =
      content === undefined || content.authority === 'broken'
        ? { code: content === undefined ? 'missing' : 'broken', message: '' }
        : { trusted: this.#trusted(content.authority), pair: pair(content.authority) };
    return {
      version,
      uid: version,
      authority,
      previous: (content?.previous ?? []).map((id) => this.#trusted(id)),
      previousUntil: content?.until,
    };
  }

  #storedServing(): StoredServing {
    const { version, content } = this.#serving ?? { version: undefined, content: undefined };
    const leaf: Leaf | Fault =
      content === undefined || content.leaf === 'broken'
        ? { code: content === undefined ? 'missing' : 'broken', message: '' }
        : this.#leaf(content.leaf);
    const authorities = content === undefined ? [] : [this.#trusted(content.authority)];
    return { version, uid: version, leaf, authorities };
  }

  #registration(kind: RegistrationKind): Registration {
    const { version, content } = this.#bundles.get(kind) ?? { version: '', content: [] };
    const bundles = content.map((ids, webhook) => ({
      webhook: String(webhook),
      certificates: ids.map((id) => this.#trusted(id)),
      broken: false,
    }));
    return { kind, version, uid: kind, bundles };
  }

  #leaf(id: string): Leaf {
    const { notBefore, notAfter, signer } = this.#issued.get(id) ?? nobody;
    return { id, notBefore, notAfter, lackingNames: [], signedBy: (authority) => authority.id === signer };
  }

  #trusted(id: string): TrustedCertificate {
    const { notBefore, notAfter } = this.#issued.get(id) ?? nobody;
    return { id, pem: id, own: this.#issued.has(id), notBefore, notAfter };
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

const nobody: Issued = { notBefore: 0, notAfter: Number.POSITIVE_INFINITY, signer: undefined };

function pair(id: string) {
  return { certificate: id, key: id };
}

/** As the API server does: what is created must not be there, what is replaced must be as it was read. */
function guard(read: string | undefined, actual: string | undefined): void {
  if (read === actual) return;
  const code = read === undefined ? 'AlreadyExists' : actual === undefined ? 'NotFound' : 'Conflict';
  throw new ApiError(code, 'somebody else was here');
}
