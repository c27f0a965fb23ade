import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressRules } from './address-rules.ts';
import { ForbiddenAddress } from './forbidden-address.ts';
import type { Resolve } from './settings.ts';

export interface ConnectorOptions {
  readonly rules: AddressRules;
  readonly resolve: Resolve;
  readonly timeoutMs: number;
  /** Node's own authorities unless given. */
  readonly secureContext: SecureContext | undefined;
  readonly verify: boolean;
}

/**
 * Connects to nothing but addresses that the rules let pass: a name is resolved once, its addresses are checked, and one of those is
 * connected to, so that no second answer of the name server can lead elsewhere. Server name and Host stay the name.
 */
export function pinnedConnector(options: ConnectorOptions): buildConnector.connector {
  const { rules, timeoutMs, secureContext, verify } = options;
  const connect = buildConnector({
    allowH2: true,
    timeout: timeoutMs,
    rejectUnauthorized: verify,
    lookup: checkedLookup(options),
    ...(secureContext !== undefined && { secureContext }),
  });
  return (target, callback) => {
    const objection = isIP(target.hostname) === 0 ? undefined : rules.objection(target.hostname);
    if (objection === undefined) connect(target, callback);
    else process.nextTick(callback, new ForbiddenAddress(objection), null);
  };
}

function checkedLookup({ rules, resolve }: ConnectorOptions): LookupFunction {
  return (hostname, { all, family }, callback) => {
    const fail = (error: NodeJS.ErrnoException) => callback(error, []);
    resolve(hostname).then(
      (addresses) => {
        const [objection] = addresses.map(({ address }) => rules.objection(address)).filter(Boolean);
        const usable = addresses.filter((each) => isUsable(each, family) && !rules.objection(each.address));
        const [first] = usable;
        if (first === undefined)
          fail(objection === undefined ? noAddress() : new ForbiddenAddress(objection));
        else if (all === true) callback(null, [...usable]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => fail(error),
    );
  };
}

function isUsable({ family: its }: LookupAddress, asked: number | 'IPv4' | 'IPv6' | undefined): boolean {
  const wanted = asked === 'IPv4' ? 4 : asked === 'IPv6' ? 6 : (asked ?? 0);
  return wanted === 0 || wanted === its;
}

function noAddress(): NodeJS.ErrnoException {
  return Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
}
