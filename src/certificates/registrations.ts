import type { JsonObject } from '../cluster/index.ts';
import { certificatesIn } from './facts.ts';
import type { Bundle, Registration, RegistrationKind, TrustedCertificate } from './state.ts';

/** @param object a webhook configuration as the API server sent it */
export function registrationOf(kind: RegistrationKind, object: JsonObject): Registration {
  const { resourceVersion, uid } = (object['metadata'] ?? {}) as JsonObject;
  return {
    kind,
    version: String(resourceVersion),
    uid: typeof uid === 'string' ? uid : undefined,
    bundles: webhooksOf(object).map(bundleOf),
  };
}

/** The object with the same bundle in each of its webhooks, and everything else as it was. */
export function withBundle(object: JsonObject, bundle: readonly TrustedCertificate[]): JsonObject {
  const caBundle = Buffer.from(bundle.map(({ pem }) => pem).join('')).toString('base64');
  return {
    ...object,
    webhooks: webhooksOf(object).map((webhook) => ({
      ...webhook,
      clientConfig: { ...(webhook['clientConfig'] as JsonObject | undefined), caBundle },
    })),
  };
}

function bundleOf({ name, clientConfig }: JsonObject): Bundle {
  const { caBundle } = (clientConfig ?? {}) as JsonObject;
  const text = typeof caBundle === 'string' ? Buffer.from(caBundle, 'base64').toString('utf8') : '';
  return { webhook: String(name), ...certificatesIn(text) };
}

function webhooksOf(object: JsonObject): readonly JsonObject[] {
  const webhooks = object['webhooks'];
  return Array.isArray(webhooks) ? (webhooks as readonly JsonObject[]) : [];
}
