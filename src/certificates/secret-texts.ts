import type { JsonObject } from '../cluster/index.ts';

/** The texts of a Secret's `data`; what is no string is left out. */
export function texts(secret: JsonObject | undefined): Readonly<Record<string, string>> {
  const data = (secret?.['data'] ?? {}) as JsonObject;
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, Buffer.from(value, 'base64').toString('utf8')]] : [],
    ),
  );
}
