import { describe, expect, it } from '@jest/globals';
import { forgiveStored } from '../../src/triggers/index.ts';
import { diagnose, entry, named, text } from './fixtures.ts';

const severities = (now: unknown, before: unknown) =>
  forgiveStored(diagnose(now), diagnose(before)).map(({ severity }) => severity);

describe('errors that were stored before', () => {
  const wrong = text(entry({ fieldPath: named('none') }));

  it.each([['[{'], ['{}'], [wrong], [text(null)], [text(entry(), entry())]])(
    '%s unchanged only warns',
    (annotation) => {
      expect(severities(annotation, annotation)).toEqual(['Warning']);
    },
  );

  it.each([
    [wrong, undefined],
    [wrong, text(entry({ fieldPath: named('other') }))],
    ['[{', '['],
    ['[{} x', '[[] x'],
  ])('%s is an error when it was %j', (now, before) => {
    expect(severities(now, before)).toEqual(['Error']);
  });

  it('stay warnings when they move to another place in the array', () => {
    const bad = entry({ fieldPath: named('none') });
    expect(severities(text(bad), text(entry(), bad))).toEqual(['Warning']);
  });

  it('are new when what stands there changed far behind what a message shows', () => {
    const long = `${named('web').slice(0, -'image'.length)}${'x'.repeat(100)}`;
    const wrong = (end: string) => text(entry({ fieldPath: `${long}${end}` }));
    expect(severities(wrong('a'), wrong('b'))).toEqual(['Error']);
  });

  it('stay warnings when another entry is mended', () => {
    const bad = entry({ fieldPath: named('none') });
    expect(severities(text(bad, entry()), text(bad, entry({ paused: 5 })))).toEqual(['Warning']);
  });

  it('are new when the container was renamed under an unchanged annotation', () => {
    const annotation = text(entry());
    const before = diagnose(annotation);
    const now = diagnose(annotation, { podSpec: { containers: [{ name: 'webby', image: 'x' }] } });
    expect(before.findings).toEqual([]);
    expect(forgiveStored(now, before)).toMatchObject([{ code: 'NoSuchContainer', severity: 'Error' }]);
  });

  it('leave warnings as they are', () => {
    const annotation = text(entry({ pause: true }));
    expect(forgiveStored(diagnose(annotation), diagnose(annotation))).toEqual(diagnose(annotation).findings);
  });
});
