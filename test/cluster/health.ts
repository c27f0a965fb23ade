import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';

/** True when the address answers with status 200. The certificate is not looked at: nothing is sent but the path. */
export function answers(url: string): Promise<boolean> {
  const { protocol } = new URL(url);
  return new Promise((resolve) => {
    const settings = { agent: false, timeout: 5_000, rejectUnauthorized: false } as const;
    const get = protocol === 'https:' ? getSecure : getPlain;
    const request = get(url, settings, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
