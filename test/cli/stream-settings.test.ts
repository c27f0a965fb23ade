import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { defaultStreamSettings, type StreamSettings } from '../../src/admission/index.ts';
import { type SettingsOptions, settingsOf, withSettings } from '../../src/cli/settings.ts';
import { parseReference } from '../../src/reference/index.ts';

/** The settings of image streams that a command line gives. */
async function settingsFor(...args: readonly string[]): Promise<StreamSettings> {
  const command = withSettings(new Command('webhook')).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  command.parse([...args], { from: 'user' });
  return (await settingsOf(command.opts<SettingsOptions>(), () => {})).imageStreams;
}

const allows = (
  { allowList }: StreamSettings,
  image: string,
  transport: 'secure' | 'insecure' = 'secure',
) => {
  const parsed = parseReference(image);
  return parsed.ok && allowList.refusal(parsed.reference, transport) === undefined;
};

describe('the settings of image streams', () => {
  it('are these without options', async () => {
    const settings = await settingsFor();
    expect(settings).toEqual({ ...defaultStreamSettings, allowList: expect.anything() });
    expect(settings).toMatchObject({
      defaultMode: 'PreserveOriginal',
      mostBytes: 700_000,
      minimumIntervalMs: 60_000,
    });
    expect(allows(settings, 'any.example.org:5000/x')).toBe(true);
  });

  it.each<[readonly string[], string, 'secure' | 'insecure', boolean]>([
    [['--allowed-registry', 'quay.io'], 'quay.io/a/b', 'secure', true],
    [['--allowed-registry', 'quay.io'], 'quay.io/a/b', 'insecure', false],
    [['--allowed-registry', 'quay.io'], 'ghcr.io/a/b', 'secure', false],
    [['--allowed-registry', 'quay.io', 'ghcr.io'], 'ghcr.io/a/b', 'secure', true],
    [['--allowed-registry', '*.example.org:50??'], 'r.example.org:5000/a', 'secure', true],
    [['--allowed-registry', 'docker.io'], 'busybox', 'secure', true],
    [['--allowed-insecure-registry', 'lab'], 'lab.example.org/a', 'insecure', false],
    [['--allowed-insecure-registry', 'lab.example.org'], 'lab.example.org/a', 'insecure', true],
    [['--allowed-insecure-registry', 'lab.example.org'], 'lab.example.org/a', 'secure', false],
    [
      ['--allowed-registry', 'quay.io', '--integrated-registry', 'registry.cluster'],
      'registry.cluster/a/b',
      'secure',
      true,
    ],
  ])('with %j: %s by %s', async (args, image, transport, expected) => {
    expect(allows(await settingsFor(...args), image, transport)).toBe(expected);
  });

  it('take the import mode, the size and the shortest interval', async () => {
    const args = [
      '--import-mode',
      'Legacy',
      '--max-stream-bytes',
      '1000',
      '--minimum-import-interval',
      '1h30m',
    ];
    expect(await settingsFor(...args)).toMatchObject({
      defaultMode: 'Legacy',
      mostBytes: 1000,
      minimumIntervalMs: 5_400_000,
    });
  });

  it.each<[readonly string[], string]>([
    [
      ['--allowed-registry', 'a:1:2'],
      '--allowed-registry cannot be used: failed to parse allowed registry "a:1:2"',
    ],
    [['--allowed-insecure-registry', ':80'], '--allowed-insecure-registry cannot be used: failed to parse'],
    [['--import-mode', 'Latest'], 'Allowed choices are PreserveOriginal, Legacy'],
    [['--max-stream-bytes', '0'], 'It must be a whole number from 1.'],
    [['--minimum-import-interval', '5'], 'Write a duration of at least a second'],
  ])('say what is wrong with %j', async (args, message) => {
    await expect(settingsFor(...args)).rejects.toThrow(message);
  });
});
