import type { Answer, Outgoing } from './exchange.ts';
import { Failure } from './failure.ts';
import type { Send } from './polite-exchange.ts';

const mostHops = 5;
const redirects: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Follows the redirects of a GET or HEAD. The authorization goes nowhere but to the origin it is for, and is not taken up again when
 * another origin leads back there; a secure request is not led to plain HTTP. Throws a Failure.
 */
export function followRedirects(send: Send): Send {
  return async (outgoing) => {
    let hop: Outgoing = outgoing;
    for (let hops = 0; hops <= mostHops; hops++) {
      const answer = await send(hop);
      if (!redirects.includes(answer.status) || hop.method === 'POST') return answer;
      hop = next(hop, answer);
    }
    throw new Failure('InvalidResponse', {
      party: outgoing.party,
      detail: `more than ${mostHops} redirects`,
    });
  };
}

function next(hop: Outgoing, answer: Answer): Outgoing {
  const { party } = hop;
  const url = target(answer);
  if (url === undefined)
    throw new Failure('InvalidResponse', { party, detail: 'a redirect that leads nowhere' });
  if (url.protocol === 'http:' && !hop.insecure) {
    throw new Failure('InvalidResponse', { party, detail: 'a redirect to plain HTTP' });
  }
  if (url.origin === hop.url.origin) return { ...hop, url };
  const { authorization: _dropped, ...rest } = hop;
  return { ...rest, url, who: '', party: party === 'Registry' ? 'Redirect' : party };
}

function target(answer: Answer): URL | undefined {
  const location = answer.header('location');
  if (location === undefined || !URL.canParse(location, answer.url.href)) return undefined;
  const url = new URL(location, answer.url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}
