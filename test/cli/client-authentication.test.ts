import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClientAuthentication } from '../../src/cli/client-authentication.ts';
import { issueAuthority } from '../../src/tls/index.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import { type Workplace, workplace } from '../tls/workplace.ts';

let place: Workplace;
let clientCaFile = '';

beforeEach(async () => {
  place = await workplace();
  clientCaFile = join(place.directory, 'ca.crt');
});
afterEach(() => place.remove());

describe('the clients of the webhook', () => {
  it('are all there are, unless the options say so', async () => {
    expect(await ClientAuthentication.of({ clientName: [] }, place.logger)).toBeUndefined();
  });

  it.each([
    [{ clientName: ['a'] }, '--client-name needs --client-ca-file'],
    [{ clientName: [], clientCaFile: '/nowhere/ca.crt' }, '--client-ca-file: /nowhere/ca.crt cannot be read'],
  ])('cannot be held to %o', async (options, message) => {
    await expect(ClientAuthentication.of(options, place.logger)).rejects.toThrow(message);
  });

  it('that are turned away are told of once a minute for each reason', async () => {
    const validity = { notBefore: new Date(), days: 1 };
    await writeFile(clientCaFile, (await issueAuthority({ commonName: 'a', ...validity })).certificate);
    const clock = new ManualClock();
    const options = { clientName: [], clientCaFile };
    const clients = await ClientAuthentication.of(options, place.logger, clock);
    const tell = (reason: string) => clients?.accepted.onRefused({ address: '10.0.0.9', reason });
    tell('it showed no certificate');
    tell('it showed no certificate');
    tell('it is another one');
    clock.advance(60_000);
    tell('it showed no certificate');
    clients?.close();
    expect(place.lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
      'warn: A client was turned away: it showed no certificate.',
      'warn: A client was turned away: it is another one.',
      'warn: A client was turned away: it showed no certificate.',
    ]);
  });
});
