import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';

/** True when the address answers with one of those states. The certificate is not looked at: nothing is sent but the path. */
export function answers(url: string, states: readonly number[] = [200]): Promise<boolean> {
  const { protocol } = new URL(url);
  return new Promise((resolve) => {
    const settings = { agent: false, timeout: 5_000, rejectUnauthorized: false } as const;
    const get = protocol === 'https:' ? getSecure : getPlain;
    const request = get(url, settings, (response) => {
      response.resume();
      resolve(states.includes(response.statusCode ?? 0));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
