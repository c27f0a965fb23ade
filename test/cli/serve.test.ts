import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { checkout, run } from './program.ts';
import { decoded, Server, shell } from './server.ts';

const first =
  'quay.io/keycloak/keycloak@sha256:4c1bd1a0135c5ce8a6a61aaf681698ecdfb53b6741a25e01199214fba11f1dfd';
const second =
  'quay.io/keycloak/keycloak@sha256:367a9ef7017c2773c9cbb3a59c260abaf0f3d1a4f1f97cbca49f41180a12db3b';

// each test starts processes, and the machine may be busy
jest.setTimeout(30_000);

describe('imagestreams serve', () => {
  let directory: string;
  let streams: string;
  let certs: string;
  let server: Server;

  const serve = (...args: string[]) => {
    server = new Server(['--streams', streams, '--certs', certs, ...args]);
    return server.serving();
  };
  const image = async () => {
    const { patch } = await server.review('mutate', 'rewritten.json', certs);
    return patch?.find(({ path }) => path.endsWith('/image'))?.value;
  };
  const keycloak = () => join(streams, 'keycloak.yaml');
  const moved = () => readFileSync(keycloak(), 'utf8').replaceAll(/4c1bd1a0\w+/g, second.slice(-64));

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'imagestreams-serve-'));
    streams = join(directory, 'streams');
    certs = join(directory, 'certs');
    cpSync(join(checkout, 'examples/streams'), streams, { recursive: true });
  });

  afterEach(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  it('prints a curl line that works as it stands, and one that shows the patch', async () => {
    const { tryIt } = await serve();
    expect(decoded(await shell(tryIt.curl)).patch?.[0]?.value).toBe(first);
    expect(JSON.parse(await shell(tryIt.decoded))[0].value).toBe(first);
  });

  it('tells a person in plain text what it serves, and each review', async () => {
    server = new Server(['--streams', streams, '--certs', certs, '--log-format', 'text']);
    const curl = await server.line(/^ {2}curl .*mutate$/);
    await server.line(/Ctrl-C/);
    expect(server.output).toContain(`Image streams in ${streams}`);
    expect(server.output).toMatch(/myproject\/keycloak +local lookup on +20, 20\.0\.2, 20\.0\.3/);
    expect(server.output).toMatch(/myproject\/postgresql +local lookup off +15/);
    await shell(curl);
    await server.line(/mutate +alice creates Deployment myproject\/mykeycloak: resolved/);
    await server.line(/keycloak: keycloak:20 → quay\.io\/keycloak\/keycloak@sha256:4c1b/);
    await shell(curl.replace('rewritten', 'refused-tag'));
    await server.line(/Deployment myproject\/mykeycloak: refused/);
    await server.line(/did you mean "keycloak:20\.0\.3"\?/);
  });

  it('sees an edit with the next review, and says so', async () => {
    await serve();
    expect(await image()).toBe(first);
    writeFileSync(keycloak(), moved());
    await server.line(/picked up myproject\/keycloak: 20, 20\.0\.2, 20\.0\.3/);
    expect(await image()).toBe(second);
  });

  it('sees a file that was renamed into place, as editors do', async () => {
    await serve();
    writeFileSync(join(directory, 'edited'), moved());
    renameSync(join(directory, 'edited'), keycloak());
    await server.line(/picked up/);
    expect(await image()).toBe(second);
  });

  it('keeps the last good state of a file that was broken, and says where it is broken', async () => {
    await serve();
    const mended = moved();
    writeFileSync(keycloak(), `${mended}\n  - broken: [\n`);
    expect(JSON.parse(await server.line(/last good state/)).msg).toMatch(
      /keycloak\.yaml:\d+:\d+: .*; the last good state stays in use$/,
    );
    expect(await image()).toBe(first);
    writeFileSync(keycloak(), mended);
    await server.line(/picked up/);
    expect(await image()).toBe(second);
  });

  it('says when nothing is wrong any more', async () => {
    await serve();
    const text = readFileSync(keycloak(), 'utf8');
    writeFileSync(keycloak(), 'a: [');
    await server.line(/last good state/);
    writeFileSync(keycloak(), text);
    await server.line(/nothing is wrong any more/);
    expect(await image()).toBe(first);
  });

  it('sees streams that come and go', async () => {
    await serve();
    const text = readFileSync(keycloak(), 'utf8');
    rmSync(keycloak());
    await server.line(/myproject\/keycloak is gone/);
    expect(await image()).toBeUndefined();
    writeFileSync(join(streams, 'other.yml'), text);
    await server.line(/picked up myproject\/keycloak/);
    expect(await image()).toBe(first);
  });

  it('goes on with what it knows when the directory is gone', async () => {
    await serve();
    rmSync(streams, { recursive: true });
    await server.line(/does not exist; the last good state stays in use/);
    expect(await image()).toBe(first);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends cleanly at %s and frees its port', async (signal) => {
    const { url } = await serve();
    expect(await server.stop(signal)).toBe(0);
    const port = Number(new URL(url).port);
    const again = createServer().listen(port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });

  it('serves health and metrics when asked to', async () => {
    const { telemetryUrl } = await serve('--telemetry-port', '0');
    await image();
    expect(await (await fetch(`${telemetryUrl}/readyz`)).text()).toBe('ok');
    const metrics = await (await fetch(`${telemetryUrl}/metrics`)).text();
    expect(metrics).toMatch(/streams_cached 2/);
    expect(metrics).toMatch(/admission_resolutions_total\{result="Resolved"\} 1/);
  });

  it.each(['--port', '--telemetry-port'])(
    'says in one line that the port of %s is in use',
    async (option) => {
      const { url } = await serve();
      const port = new URL(url).port;
      const args = ['serve', '--streams', streams, '--certs', certs, '--port', '0', option, port];
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^imagestreams: port ${port} on 127\\.0\\.0\\.1 is in use; .*\\n$`));
    },
  );
});
