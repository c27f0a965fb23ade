import type { Answer, Exchange, Outgoing } from './exchange.ts';
import { Failure } from './failure.ts';
import type { HostGate } from './host-gate.ts';
import type { HostTurns } from './turns.ts';

/** What sends requests. */
export type Send = (outgoing: Outgoing) => Promise<Answer>;

/** Sends when it is the request's turn, and not to who asked to wait. */
export function politeSend(exchange: Exchange, gate: HostGate, turns: HostTurns): Send {
  return async (outgoing) => {
    gate.check(outgoing);
    await turns.next(outgoing.url.host, outgoing.signal).catch((error: unknown) => {
      if (error instanceof Failure) throw new Failure(error.code, { ...error, party: outgoing.party });
      throw error;
    });
    // while it waited somebody else may have been told to
    gate.check(outgoing);
    const answer = await exchange.send(outgoing);
    gate.note(outgoing, answer);
    return answer;
  };
}
