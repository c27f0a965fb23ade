import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

/** Where a load goes. */
export interface Target {
  readonly port: number;
  /** Each review is sent to each of them. */
  readonly paths: readonly string[];
  /** File with a review on each line. */
  readonly bodies: string;
}

/** Waits until the server answers, and makes sure that it answers with a patch: a fast refusal would win every race. */
export async function awaitPatch({ port, paths: [path = '/'], bodies }: Target): Promise<void> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const headers = { 'content-type': 'application/json' };
  const url = `https://127.0.0.1:${port}${path}`;
  for (const body of (await readFile(bodies, 'utf8')).trim().split('\n')) {
    for (;;) {
      const { statusCode, body: answer } = await request(url, { method: 'POST', headers, body, dispatcher });
      const text = await answer.text();
      if (statusCode === 200 && text.includes('"patch":')) break;
      // pepr answers 404 until it has read its own store
      if (statusCode !== 404) throw new Error(`${url} answered ${statusCode}: ${text}`);
      await sleep(200);
    }
  }
  await dispatcher.close();
}
