import type { InstalledChart } from '../../test/chart/installed-chart.ts';
import { waitFor } from '../../test/cluster/index.ts';

/** Waits until the certificate that the webhook serves, and the authority that signed it, have both changed so often. */
export async function rotations(chart: InstalledChart, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const before = await current(chart);
    await waitFor(
      `rotation ${time + 1}`,
      async () => {
        const now = await current(chart);
        return now.certificate !== before.certificate && now.authority !== before.authority;
      },
      { timeoutMs: 600_000 },
    );
  }
}

async function current(
  chart: InstalledChart,
): Promise<{ readonly certificate: string; readonly authority: string }> {
  const path = 'jsonpath={.data.tls\\.crt} {.data.ca\\.crt}';
  const { stdout } = await chart.kubectl(['get', 'secret', 'imagestreams-webhook-tls', '-o', path]);
  const [certificate = '', authority = ''] = stdout.split(' ');
  return { certificate, authority };
}
