import { BlockList, isIP, isIPv6 } from 'node:net';

/** One word of `NO_PROXY`. */
interface Exception {
  /** Empty for any. */
  readonly port: string;
  matches(hostname: string): boolean;
}

/**
 * Which proxy a request goes through, by `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in upper or lower case, as programs in Go read
 * them: `NO_PROXY` has names with all below them, `.domain` or `*.domain` with only what is below, addresses, networks, and `*`;
 * loopback never goes through a proxy. Throws a RangeError when a proxy is no http or https URL.
 */
export class ProxyChoice {
  readonly #http: URL | undefined;
  readonly #https: URL | undefined;
  readonly #exceptions: readonly Exception[];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    const value = (name: string) => env[name] || env[name.toLowerCase()] || '';
    this.#http = proxyUrl('HTTP_PROXY', value('HTTP_PROXY'));
    this.#https = proxyUrl('HTTPS_PROXY', value('HTTPS_PROXY'));
    this.#exceptions = value('NO_PROXY')
      .split(/[\s,]+/)
      .filter((word) => word !== '')
      .map(exception);
  }

  /** The proxy for a URL; undefined for a direct connection. */
  for(url: URL): URL | undefined {
    const proxy = url.protocol === 'https:' ? this.#https : this.#http;
    if (proxy === undefined) return undefined;
    const hostname = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const direct =
      isLoopback(hostname) ||
      this.#exceptions.some((each) => (each.port === '' || each.port === port) && each.matches(hostname));
    return direct ? undefined : proxy;
  }
}

function proxyUrl(variable: string, value: string): URL | undefined {
  if (value === '') return undefined;
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // the value may hold a password
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new RangeError(
      `${variable} is not the URL of an HTTP proxy, such as http://proxy.example.com:3128.`,
    );
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '::1' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

function exception(word: string): Exception {
  if (word === '*') return { port: '', matches: () => true };
  if (word.includes('/')) return { port: '', matches: network(word) };
  if (isIP(word) !== 0) return { port: '', matches: (hostname) => hostname === word.toLowerCase() };
  const [name = '', port = ''] = word.toLowerCase().split(':');
  const below = name.replace(/^\*?\./, '');
  const only = below !== name;
  const matches = (hostname: string) =>
    (!only && hostname === below) || (below !== '' && hostname.endsWith(`.${below}`));
  return { port, matches };
}

function network(word: string): (hostname: string) => boolean {
  const [address = '', prefix = ''] = word.split('/');
  const list = new BlockList();
  if (isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIPv6(address) ? 128 : 32)) {
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return (hostname) => isIP(hostname) !== 0 && list.check(hostname, isIPv6(hostname) ? 'ipv6' : 'ipv4');
}
