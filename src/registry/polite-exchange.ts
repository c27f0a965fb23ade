import type { Answer, Exchange, Outgoing } from './exchange.ts';
import { Failure } from './failure.ts';
import type { HostGate } from './host-gate.ts';
import type { HostTurns } from './turns.ts';

/** What sends requests. */
export type Send = (outgoing: Outgoing) => Promise<Answer>;

const crowded = 'has too many requests waiting for it';

/** Sends when it is the request's turn, and not to who asked to wait. */
export function politeSend(exchange: Exchange, gate: HostGate, turns: HostTurns): Send {
  return async (outgoing) => {
    gate.check(outgoing);
    const { party, signal } = outgoing;
    signal?.throwIfAborted();
    await turns.next(outgoing.url.host, signal).catch((error: unknown) => {
      // no room in the queue, or no turn before the question's time was over
      throw error instanceof Failure ? new Failure('TooManyRequests', { party, detail: crowded }) : error;
    });
    // while it waited somebody else may have been told to
    gate.check(outgoing);
    const answer = await exchange.send(outgoing);
    gate.note(outgoing, answer);
    return answer;
  };
}
