import { describe, expect, it } from '@jest/globals';
import { mirrorRules } from '../../src/cli/mirror-rules.ts';

describe('mirror rules', () => {
  it('are read with their defaults', () => {
    const text = `
      - source: quay.io/team
        mirrors: [mirror.example.com/quay, {location: "other:5000", insecure: true}]
        pull: Digest
        contactSource: false
      - {source: "*.example.com", mirrors: [mirror]}`;
    expect(mirrorRules(text, 'rules.yaml')).toEqual([
      {
        source: 'quay.io/team',
        mirrors: [
          { location: 'mirror.example.com/quay', insecure: false },
          { location: 'other:5000', insecure: true },
        ],
        pull: 'Digest',
        contactSource: false,
      },
      {
        source: '*.example.com',
        mirrors: [{ location: 'mirror', insecure: false }],
        pull: 'All',
        contactSource: true,
      },
    ]);
  });

  it.each([
    ['{', /^--mirrors f: /],
    ['{}', /a list of rules is expected/],
    ['[1]', /\[0\] must be an object/],
    ['[{mirrors: [a]}]', /\[0\]\.source must be HOST/],
    ['[{source: "https://a", mirrors: [a]}]', /\[0\]\.source must be HOST/],
    ['[{source: a}]', /\[0\]\.mirrors must list one mirror/],
    ['[{source: a, mirrors: []}]', /\[0\]\.mirrors must list one mirror/],
    ['[{source: a, mirrors: [b], pull: Tags}]', /\[0\]\.pull must be one of Digest, Tag, All/],
    ['[{source: a, mirrors: [b], contactSource: "no"}]', /\[0\]\.contactSource must be true or false/],
    ['[{source: a, mirrors: [b], mirror: c}]', /\[0\]\.mirror is unknown; there are source/],
    ['[{source: a, mirrors: [{location: 5}]}]', /\[0\]\.mirrors\[0\]\.location must be/],
    ['[{source: a, mirrors: [{location: b, insecure: 1}]}]', /mirrors\[0\]\.insecure must be/],
    ['[{source: a, mirrors: [{location: b, secure: true}]}]', /mirrors\[0\]\.secure is unknown/],
  ])('that are wrong are told where: %s', (text, message) => {
    expect(() => mirrorRules(text, 'f')).toThrow(message);
  });
});
