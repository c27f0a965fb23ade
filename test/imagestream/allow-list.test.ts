import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AllowedRegistry,
  type AllowList,
  type RegistryTransport,
  registryAllowList,
} from '../../src/imagestream/index.ts';
import { globMatches, parseReference } from '../../src/reference/index.ts';

const entries = (insecure: boolean, ...names: readonly string[]): readonly AllowedRegistry[] =>
  names.map((domainName) => ({ domainName, insecure }));

function listOf(allowed: readonly AllowedRegistry[], integrated = ''): AllowList {
  const parsed = registryAllowList(allowed, integrated);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.allowList;
}

function refusal(list: AllowList, pullSpec: string, transport: RegistryTransport): string | undefined {
  const parsed = parseReference(pullSpec);
  if (!parsed.ok) throw new Error(parsed.message);
  return list.refusal(parsed.reference, transport);
}

const four = ['localhost:5000', 'docker.io', 'example.com:*', 'registry.com:80'];
const six = [...four, '*.foo.com', '*domain.ltd'];
const fourListed = '"localhost:5000", "docker.io:443", "example.com:*", "registry.com:80"';
const sixListed = (port: string) =>
  `"localhost:5000", "docker.io:${port}", "example.com:*", "registry.com:80", and 2 more ...`;

type Row = readonly [
  allowed: readonly AllowedRegistry[],
  transport: RegistryTransport,
  pullSpec: string,
  refused: string | undefined,
];

// image-streams.md §2.1
const rows: readonly Row[] = [
  [entries(false, '*'), 'secure', 'docker.io/library/busybox', undefined],
  [entries(false, '*'), 'secure', 'busybox', undefined],
  [entries(false, '*'), 'secure', 'example.com/a', undefined],
  [entries(false, '*'), 'secure', 'localhost:443/a', undefined],
  [entries(false, '*'), 'secure', 'localhost/a', undefined],
  [entries(false, '*'), 'secure', 'localhost:5000/a', '"localhost:5000" not allowed by whitelist: "*:443"'],
  [entries(false, '*'), 'secure', 'localhost:80/a', '"localhost:80" not allowed by whitelist: "*:443"'],
  [entries(true, '*'), 'insecure', 'docker.io/library/busybox', undefined],
  [entries(true, '*'), 'insecure', 'localhost:80/a', undefined],
  [entries(true, '*'), 'insecure', 'localhost:443/a', '"localhost:443" not allowed by whitelist: "*:80"'],
  [entries(true, '*'), 'any', 'example.com/a', undefined],
  [entries(true, '*'), 'any', 'localhost:80/a', undefined],
  [entries(true, '*'), 'any', 'localhost:443/a', '"localhost:443" not allowed by whitelist: "*:80"'],
  [entries(true, '*'), 'secure', 'example.com/a', '"example.com" not allowed by whitelist: "*:80"'],
  [entries(true, '*'), 'secure', 'busybox', '"docker.io:443" not allowed by whitelist: "*:80"'],
  [entries(false, '*:*'), 'secure', 'localhost:5000/my/app', undefined],
  [entries(true, '*:*'), 'insecure', 'localhost:5000/my/app', undefined],
  [entries(true, '*:*'), 'any', 'docker.io/busybox', undefined],
  [entries(false, ...four), 'secure', 'example.com:5000/a', undefined],
  [entries(false, ...four), 'secure', 'example.com:80/a', undefined],
  [entries(false, ...four), 'secure', 'example.com/a', undefined],
  [
    entries(false, ...four),
    'secure',
    'localhost:443/a',
    `"localhost:443" not allowed by whitelist: ${fourListed}`,
  ],
  [entries(false, ...four), 'secure', 'localhost:5000/a', undefined],
  [entries(false, ...four), 'secure', 'registry-1.docker.io:443/a', undefined],
  [entries(false, ...four), 'secure', 'index.docker.io/a', undefined],
  [
    entries(false, ...four),
    'secure',
    'registry.com:443/a',
    `"registry.com:443" not allowed by whitelist: ${fourListed}`,
  ],
  [entries(false, ...four), 'secure', 'registry.com:80/a', undefined],
  [
    entries(false, ...four),
    'secure',
    'registry.com/a',
    `"registry.com" not allowed by whitelist: ${fourListed}`,
  ],
  [
    entries(false, ...four),
    'secure',
    'registry.example.com/a',
    `"registry.example.com" not allowed by whitelist: ${fourListed}`,
  ],
  [entries(false, ...four), 'secure', 'busybox', undefined],
  [entries(false, ...four), 'any', 'registry.com/a', undefined],
  [entries(true, ...six), 'insecure', 'a.b.c.d.foo.com:80/a', undefined],
  [entries(true, ...six), 'insecure', 'domain.ltd/a', undefined],
  [entries(true, ...six), 'insecure', 'foo.com/a', `"foo.com" not allowed by whitelist: ${sixListed('80')}`],
  [
    entries(true, ...six),
    'insecure',
    'ffoo.com/a',
    `"ffoo.com" not allowed by whitelist: ${sixListed('80')}`,
  ],
  [
    entries(true, ...six),
    'insecure',
    'my.domain.ltd:443/a',
    `"my.domain.ltd:443" not allowed by whitelist: ${sixListed('80')}`,
  ],
  [entries(true, ...six), 'insecure', 'mydomain.ltd/a', undefined],
  [entries(true, ...six), 'insecure', 'registry.foo.com/a', undefined],
  [
    entries(false, ...six),
    'any',
    'a.b.c.d.foo.com:80/a',
    `"a.b.c.d.foo.com:80" not allowed by whitelist: ${sixListed('443')}`,
  ],
  [entries(false, ...six), 'any', 'my.domain.ltd:443/a', undefined],
  [entries(false, ...six), 'any', 'my.domain.ltd/a', undefined],
  [entries(false, ...six), 'any', 'registry.com/a', undefined],
  [entries(true, ...six), 'any', 'repository:latest', undefined],
  [entries(true, ...six), 'any', 'nm/repo:latest', undefined],
  [entries(false, 'quay.io'), 'any', 'busybox', '"docker.io" not allowed by whitelist: "quay.io:443"'],
  [entries(false, 'quay.io:5000'), 'any', 'quay.io/a', '"quay.io" not allowed by whitelist: "quay.io:5000"'],
  [entries(false, 'index.docker.io'), 'secure', 'docker.io/a', undefined],
  [
    entries(false, 'reg?.io', 'reg?.io'),
    'secure',
    'reg10.io/a',
    '"reg10.io" not allowed by whitelist: "reg?.io:443"',
  ],
];

describe('a list of allowed registries', () => {
  it.each(rows)('%j over %s: %s', (allowed, transport, pullSpec, refused) => {
    const expected = refused === undefined ? undefined : `registry ${refused}`;
    expect(refusal(listOf(allowed), pullSpec, transport)).toBe(expected);
  });

  it('allows everything when it is empty', () => {
    expect(refusal(listOf([]), 'anything.example/a', 'secure')).toBeUndefined();
    expect(refusal(listOf([], 'registry.local:5000'), 'anything.example/a', 'secure')).toBeUndefined();
  });

  it("always allows the cluster's own registry", () => {
    const list = listOf(entries(false, 'quay.io'), 'registry.local:5000');
    expect(refusal(list, 'registry.local:5000/ns/app', 'secure')).toBeUndefined();
    expect(refusal(list, 'docker.io/a', 'secure')).toBe(
      'registry "docker.io" not allowed by whitelist: "registry.local:5000", "quay.io:443"',
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 9])('names %p entries, five at most', (count) => {
    const names = Array.from({ length: count }, (_, index) => `r${index}.io`);
    const message = refusal(listOf(entries(false, ...names)), 'quay.io/a', 'secure') ?? '';
    const shown = count <= 5 ? count : 4;
    expect(message.match(/r\d\.io:443/g)).toHaveLength(shown);
    expect(message.includes(`, and ${count - 4} more ...`)).toBe(count > 5);
  });

  it.each([
    ['0:1:2:3', 'failed to parse allowed registry "0:1:2:3": too many colons'],
    ['', 'failed to parse allowed registry "": it must be HOST or HOST:PORT'],
    [':443', 'failed to parse allowed registry ":443": it must be HOST or HOST:PORT'],
    ['quay.io:', 'failed to parse allowed registry "quay.io:": it must be HOST or HOST:PORT'],
  ])('does not take %j', (domainName, message) => {
    expect(registryAllowList([{ domainName }])).toEqual({ ok: false, message });
  });

  it('takes names that are no hosts', () => {
    expect(registryAllowList([{ domainName: '先生，先生！' }]).ok).toBe(true);
  });
});

describe('a wildcard', () => {
  it.each([
    ['', '', true],
    ['*', '', true],
    ['?', '', false],
    ['a', 'a', true],
    ['a', 'ab', false],
    ['*b', 'aab', true],
    ['a*c*e', 'abcde', true],
    ['a*c*f', 'abcde', false],
    ['*.foo.com', 'foo.com', false],
    ['a?c', 'abc', true],
    ['a.c', 'abc', false],
  ])('%j and %j: %p', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });

  it('matches as the expression that it stands for', () => {
    const pieces = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 });
    const letters = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 });
    fc.assert(
      fc.property(pieces, letters, (pattern, text) => {
        const expression = pattern.map((each) => (each === '*' ? '.*' : each === '?' ? '.' : each)).join('');
        const expected = new RegExp(`^${expression}$`).test(text.join(''));
        expect(globMatches(pattern.join(''), text.join(''))).toBe(expected);
      }),
    );
  });

  it('takes no time that grows out of hand', () => {
    const started = performance.now();
    expect(globMatches(`${'*a'.repeat(100)}b`, 'a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
