import { DAY_MS, issueAuthority, issueCertificate } from '../../src/tls/index.ts';
import { type InstalledChart, release } from './installed-chart.ts';

const kinds = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'];

/** Puts certificates in place of an installation's own, in its Secrets and in every `caBundle`, that begin so many days from now and end after 90. */
export async function storeCertificates(chart: InstalledChart, beginsInDays: number): Promise<void> {
  const notBefore = new Date(Date.now() + beginsInDays * DAY_MS);
  const validity = { notBefore, days: 90 };
  const authority = await issueAuthority({ commonName: 'imagestreams webhook CA', ...validity });
  const leaf = await issueCertificate(authority, {
    commonName: 'imagestreams webhook',
    dnsNames: [`imagestreams-webhook.${release}.svc`],
    usages: ['server'],
    ...validity,
  });
  const serving = { 'tls.crt': leaf.certificate, 'tls.key': leaf.key, 'ca.crt': authority.certificate };
  await patch(chart, 'secret/imagestreams-webhook-tls', { data: encoded(serving) });
  await patch(chart, 'secret/imagestreams-webhook-authority', {
    data: encoded({ 'ca.crt': authority.certificate, 'ca.key': authority.key }),
  });
  for (const kind of kinds) await replaceBundles(chart, kind, authority.certificate);
}

/** Takes `caBundle` away from every webhook, as some tools do. */
export async function emptyBundles(chart: InstalledChart): Promise<void> {
  for (const kind of kinds) await replaceBundles(chart, kind, undefined);
}

async function replaceBundles(chart: InstalledChart, kind: string, pem: string | undefined): Promise<void> {
  const { stdout } = await chart.cluster.kubectl(['get', kind, release, '-o', 'json']);
  const { webhooks } = JSON.parse(stdout) as { readonly webhooks: readonly object[] };
  const operations = webhooks.map((_, index) => {
    const path = `/webhooks/${index}/clientConfig/caBundle`;
    return pem === undefined ? { op: 'remove', path } : { op: 'add', path, value: base64(pem) };
  });
  await chart.cluster.kubectl(['patch', kind, release, '--type=json', '-p', JSON.stringify(operations)]);
}

async function patch(chart: InstalledChart, object: string, change: object): Promise<void> {
  await chart.kubectl(['patch', object, '--type=merge', '-p', JSON.stringify(change)]);
}

function encoded(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, base64(text)]));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
