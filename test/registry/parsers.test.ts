import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { challengeOf } from '../../src/registry/challenge.ts';
import { imageSource, repositorySource } from '../../src/registry/image-source.ts';
import { nextPage } from '../../src/registry/link.ts';
import { parseUntrusted } from '../../src/registry/safe-json.ts';
import { sha256 } from './images.ts';
import { errorOf, find, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

describe('WWW-Authenticate', () => {
  const bearer = { scheme: 'Bearer', realm: 'https://auth.example.com/token', service: '', scope: '' };
  it.each([
    ['Basic realm="x"', { scheme: 'Basic' }],
    ['basic', { scheme: 'Basic' }],
    ['Bearer realm="https://auth.example.com/token"', bearer],
    ['bearer REALM=https://auth.example.com/token', bearer],
    [
      'Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:a/b:pull,push"',
      { ...bearer, service: 'registry.example.com', scope: 'repository:a/b:pull,push' },
    ],
    [
      'Bearer realm = "https://auth.example.com/token" , service = "a \\"b\\""',
      { ...bearer, service: 'a "b"' },
    ],
    [
      'Basic realm="x", Bearer realm="https://auth.example.com/token",service="y"',
      { ...bearer, service: 'y' },
    ],
    ['Negotiate, Basic realm="x"', { scheme: 'Basic' }],
    ['Negotiate YWJj==, Basic realm="x"', { scheme: 'Basic' }],
    ['Bearer', undefined],
    ['Bearer service="no realm"', undefined],
    ['Digest realm="x", nonce="y"', undefined],
    ['"', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j', (header, expected) => {
    expect(challengeOf(header)).toEqual(expected);
  });

  it('is read quickly, whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[Bb ",=\\a]{0,200}$/), (text) => {
        challengeOf(text);
      }),
    );
    const begun = performance.now();
    for (const unit of ['"', ' ', ',', 'a', 'a=', 'a="', '\\"', ' , ', 'a="\\'])
      challengeOf(unit.repeat(4_000));
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe('Link', () => {
  const page = new URL('https://quay.io/v2/a/tags/list?n=2');
  it.each([
    ['</v2/a/tags/list?last=b&n=2>; rel="next"', '/v2/a/tags/list?last=b&n=2'],
    ['<list?last=b>; rel=next', '/v2/a/tags/list?last=b'],
    ['<https://quay.io/v2/a/tags/list?last=b>; rel="next"', '/v2/a/tags/list?last=b'],
    ['<http://quay.io/v2/a/tags/list?last=b>; rel="next"', '/v2/a/tags/list?last=b'],
    ['</v2/first>; rel="prev", </v2/last>; rel="next"', '/v2/last'],
    ['</v2/first>; rel="prev"', undefined],
    ['nonsense', undefined],
    [undefined, undefined],
  ])('%j leads to %j', (link, expected) => {
    expect(nextPage(link, page)).toBe(expected);
  });

  it.each([
    'https://evil.example.com/',
    '//evil.example.com/',
    'https://quay.io:8443/v2/',
    'http://[::1]/',
    'https://',
  ])('to %s leads nowhere', (target) => {
    expect(() => nextPage(`<${target}>; rel="next"`, page)).toThrow('InvalidResponse');
  });
});

describe('JSON of others', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        expect(parseUntrusted(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('that is none is nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes);
        let expected: unknown;
        try {
          expected = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
        } catch {
          expected = undefined;
        }
        expect(parseUntrusted(text)).toEqual(expected);
      }),
    );
  });

  it.each([
    ['deep', '['.repeat(64) + ']'.repeat(64), true],
    ['too deep', '['.repeat(65) + ']'.repeat(65), false],
    ['deep in a string', JSON.stringify('[{'.repeat(1_000)), true],
    ['deep after an escaped quote', JSON.stringify(`"${'['.repeat(1_000)}`), true],
    ['wide', JSON.stringify(Array.from({ length: 300_000 }, () => 0)), true],
    ['too wide', JSON.stringify(Array.from({ length: 500_000 }, () => 0)), false],
  ])('may be %s: %#', (_, text, expected) => {
    expect(parseUntrusted(Buffer.from(text)) !== undefined).toBe(expected);
  });
});

describe('a pull spec', () => {
  const digest = sha256('x');
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx'],
    ['team/app:1', 'docker.io/team/app:1', 'team/app'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest', 'docker.io/nginx'],
    ['index.docker.io/team/app', 'docker.io/team/app:latest', 'index.docker.io/team/app'],
    ['quay.io/app', 'quay.io/app:latest', 'quay.io/app'],
    ['Quay.IO/a/b/c:1', 'quay.io/a/b/c:1', 'Quay.IO/a/b/c'],
    ['localhost:5000/app', 'localhost:5000/app:latest', 'localhost:5000/app'],
    [`quay.io/app:1@${digest}`, `quay.io/app@${digest}`, 'quay.io/app'],
    [`quay.io/app@sha256:${digest.slice(7).toUpperCase()}`, `quay.io/app@${digest}`, 'quay.io/app'],
  ])('%s is %s, recorded as %s', (pullSpec, text, written) => {
    expect(imageSource(pullSpec)).toMatchObject({ text, written });
  });

  it('of a repository has no tag', () => {
    expect(repositorySource('nginx')).toEqual({ host: 'docker.io', path: 'library/nginx' });
  });

  it.each([
    'nginx',
    'docker.io/library/nginx',
    'index.docker.io/nginx',
    'registry-1.docker.io/library/nginx',
  ])('%s is asked for where Docker Hub listens', async (pullSpec) => {
    const names: string[] = [];
    const resolve = (name: string) => {
      names.push(name);
      return Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    };
    const error = await errorOf(find(stage.client({ resolve }), pullSpec, { insecure: false }));
    expect(names).toEqual(['registry-1.docker.io']);
    expect(error.message).toMatch(/^the registry docker\.io .*"docker\.io\/library\/nginx:latest"/);
  });
});
