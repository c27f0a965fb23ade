import { Failure } from './failure.ts';

/**
 * Path and query of the next page, out of a `Link` header (RFC 8288); undefined when there is none.
 *
 * @param page where the header comes from
 * @throws Failure `InvalidResponse` when the next page is on another host: no credential, and nobody's trust, goes with a link
 */
export function nextPage(link: string | undefined, page: URL): string | undefined {
  const [, target] = /<([^<>]{1,4096})>\s*;\s*rel="?next"?/i.exec(link ?? '') ?? [];
  if (target === undefined) return undefined;
  const url = URL.canParse(target, page.href) ? new URL(target, page.href) : undefined;
  // behind a proxy that ends TLS, registries say http of themselves
  if (url === undefined || url.hostname !== page.hostname || !samePort(url, page)) {
    throw new Failure('InvalidResponse', { detail: 'the list of tags goes on at another host' });
  }
  return url.pathname + url.search;
}

function samePort(url: URL, page: URL): boolean {
  return url.port === page.port || url.protocol !== page.protocol;
}
