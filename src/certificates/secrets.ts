import type { JsonObject } from '../cluster/index.ts';
import type { ServerNames } from '../tls/index.ts';
import { authorityIn, certificatesIn, leafIn } from './facts.ts';
import type { AuthorityContent, ServingContent } from './ground.ts';
import { authorityKeys, pairIn, servingKeys, texts } from './secret-texts.ts';
import type { StoredAuthority, StoredServing } from './state.ts';

/**
 * Keys of the authority's Secret. Somebody who wants an authority out of all bundles at once takes `previous.crt` away; the next look of the
 * controller does the rest.
 */
const previousKey = 'previous.crt';
const previousUntilKey = 'previous-until';

/** @param secret as the API server sent it; undefined when there is none */
export function authorityOf(secret: JsonObject | undefined): StoredAuthority {
  const data = texts(secret);
  const { certificates } = certificatesIn(data[previousKey] ?? '');
  const until = Date.parse(data[previousUntilKey] ?? '');
  const kept = certificatesIn(data['ca.crt'] ?? '').certificates;
  const authority = authorityIn(pairIn(data, authorityKeys));
  return {
    ...identityOf(secret),
    authority: secret === undefined ? { code: 'missing', message: 'there is no such Secret' } : authority,
    // an authority without its key has signed what is served now
    previous: 'code' in authority ? [...kept.filter(({ own }) => own), ...certificates] : certificates,
    previousUntil: Number.isNaN(until) ? undefined : until,
  };
}

/** @param names that the certificate should have */
export function servingOf(secret: JsonObject | undefined, names: ServerNames): StoredServing {
  const data = texts(secret);
  const leaf = leafIn(pairIn(data, servingKeys), names);
  return {
    ...identityOf(secret),
    leaf: secret === undefined ? { code: 'missing', message: 'there is no such Secret' } : leaf,
    authorities: certificatesIn(data['ca.crt'] ?? '').certificates,
  };
}

export function authorityData({ authority, previous, previousUntil }: AuthorityContent): JsonObject {
  return encoded({
    'ca.crt': authority.certificate,
    'ca.key': authority.key,
    ...(previous.length === 0 ? {} : { [previousKey]: previous.map(({ pem }) => pem).join('') }),
    ...(previousUntil === undefined || previous.length === 0
      ? {}
      : { [previousUntilKey]: new Date(previousUntil).toISOString() }),
  });
}

export function servingData({ leaf, authority }: ServingContent): JsonObject {
  return encoded({ 'tls.crt': leaf.certificate, 'tls.key': leaf.key, 'ca.crt': authority.certificate });
}

function encoded(content: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(content).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
}

function identityOf(secret: JsonObject | undefined): Pick<StoredServing, 'version' | 'uid'> {
  const metadata = (secret?.['metadata'] ?? {}) as JsonObject;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { version: text(metadata['resourceVersion']), uid: text(metadata['uid']) };
}
