import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { AddressRules } from './address-rules.ts';
import { Failure } from './failure.ts';
import { ForbiddenAddress } from './forbidden-address.ts';
import { isLocalName } from './local-names.ts';
import { pinnedConnector } from './pinned-connector.ts';
import { ProxyChoice } from './proxy-choice.ts';
import type { RegistrySettings, Resolve } from './settings.ts';
import { trustedAuthorities } from './trust.ts';

/** A request's own time limits end it, and none of undici's. */
const common = {
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 10_000,
  connections: 128,
  pipelining: 1,
};

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

/** Connections to registries, kept alive; those whose certificate nobody checks are apart from all others. */
export class Connections {
  readonly #rules: AddressRules;
  readonly #proxies: ProxyChoice;
  readonly #dispatchers = new Map<string, Dispatcher>();
  #closed = false;
  readonly #make: (verify: boolean, proxy: URL | undefined) => Dispatcher;

  constructor({ addresses, env, extraCa, timeouts, resolve = systemResolve }: RegistrySettings) {
    const rules = new AddressRules(addresses);
    const secureContext = trustedAuthorities(extraCa);
    const timeoutMs = timeouts.connectMs;
    this.#rules = rules;
    this.#proxies = new ProxyChoice(env);
    this.#make = (verify, proxy) => {
      if (proxy === undefined) {
        const connect = pinnedConnector({ rules, resolve, timeoutMs, secureContext, verify });
        return new Agent({ ...common, allowH2: true, connect });
      }
      const trust = secureContext === undefined ? {} : { secureContext };
      return new ProxyAgent({
        ...common,
        allowH2: true,
        connectTimeout: timeoutMs,
        uri: proxy.href,
        proxyTls: { ...trust, allowH2: false },
        requestTls: { ...trust, allowH2: true, rejectUnauthorized: verify },
      });
    };
  }

  /** What sends a request to that URL. Throws a ForbiddenAddress when a proxy would be asked for one, or a Failure after the end. */
  for(url: URL, insecure: boolean): Dispatcher {
    if (this.#closed) throw new Failure('Unreachable', { detail: 'closed' });
    const proxy = this.#proxies.for(url);
    if (proxy !== undefined) this.#checkName(url.hostname);
    const key = `${insecure} ${proxy?.href ?? ''}`;
    let dispatcher = this.#dispatchers.get(key);
    if (dispatcher === undefined) {
      dispatcher = this.#make(!insecure, proxy);
      this.#dispatchers.set(key, dispatcher);
    }
    return dispatcher;
  }

  /** Closes all connections; requests under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const dispatchers = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map((each) => each.destroy()));
  }

  /** A proxy resolves names itself, so that only what a name says can be judged. */
  #checkName(bracketed: string): void {
    const hostname = bracketed.replace(/^\[|\]$/g, '');
    const address = isLocalName(hostname) ? '127.0.0.1' : hostname;
    const objection = isIP(address) === 0 ? undefined : this.#rules.objection(address);
    if (objection !== undefined) throw new ForbiddenAddress(objection);
  }
}
