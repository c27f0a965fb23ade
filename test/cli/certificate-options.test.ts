import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import {
  type CertificateOptions,
  rotationSettings,
  withCertificateOptions,
} from '../../src/cli/certificate-options.ts';

function settingsOf(line: string) {
  const command = withCertificateOptions(new Command('controller')).exitOverride();
  command.parse(line.split(' ').filter(Boolean), { from: 'user' });
  return rotationSettings(command.opts<CertificateOptions>());
}

const secrets = '--webhook-certificate-secret ns/tls --webhook-authority-secret ns/ca';
const whole = `${secrets} --webhook-configuration imagestreams --webhook-service ns/webhook`;

describe('certificate options of the controller', () => {
  it('are none unless given', () => expect(settingsOf('')).toBeUndefined());

  it('make the settings', () => {
    expect(settingsOf(`${whole} --webhook-server-name 10.0.0.1 other.example`)).toEqual({
      serving: { namespace: 'ns', name: 'tls' },
      authority: { namespace: 'ns', name: 'ca' },
      configuration: 'imagestreams',
      names: { dnsNames: ['webhook.ns.svc', 'other.example'], ipAddresses: ['10.0.0.1'] },
      servingLifetimeMs: 7_776_000_000,
      authorityLifetimeMs: 315_360_000_000,
      trustDelayMs: 60_000,
    });
  });

  it('need no name where nothing is issued', () => {
    const line = '--webhook-certificate-secret ns/tls --webhook-configuration imagestreams';
    expect(settingsOf(line)).toMatchObject({ configuration: 'imagestreams', names: {} });
    expect(settingsOf(line)).not.toHaveProperty('authority');
  });

  it.each([
    ['--webhook-authority-secret ns/ca', 'give --webhook-certificate-secret with'],
    ['--webhook-configuration imagestreams', 'give --webhook-certificate-secret with'],
    [secrets, 'give --webhook-configuration, whose caBundle'],
    [`${secrets} --webhook-configuration x`, 'give --webhook-service or --webhook-server-name'],
    [`${whole} --webhook-service webhook`, '--webhook-service is "webhook"; write NAMESPACE/NAME'],
    [`${whole} --certificate-lifetime 3m`, 'has to live four times as long'],
    [`${whole} --authority-lifetime 4000h`, 'has to live twice as long'],
  ])('%s is refused', (line, words) => {
    expect(() => settingsOf(line)).toThrow(words);
  });
});
