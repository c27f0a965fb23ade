import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { AtomicDirectory } from '../cluster/node-agent/atomic-directory.ts';
import { exitCode, newRecord, type State } from '../cluster/node-agent/container-state.ts';
import { commandLine, localImage } from '../cluster/node-agent/images.ts';
import type { Pod } from '../cluster/node-agent/objects.ts';
import { podStatus } from '../cluster/node-agent/pod-status.ts';
import { Verdict } from '../cluster/node-agent/prober.ts';

const directory = mkdtempSync(join(tmpdir(), 'node-agent-'));
afterAll(() => rmSync(directory, { recursive: true }));

const files = (entries: Record<string, string>) =>
  new Map(Object.entries(entries).map(([path, text]) => [path, Buffer.from(text)]));

describe('images', () => {
  const program = { entrypoint: ['node', 'a.js'], cmd: ['serve'] };
  it.each([
    ['example.com:5000/app:1', true],
    ['example.com:5000/app@sha256:00', true],
    ['example.com:5000/app', true],
    ['example.com:5000/other:1', false],
  ])('%s is known: %s', (image, known) => {
    expect(localImage({ 'example.com:5000/app': program }, image) !== undefined).toBe(known);
  });

  it.each([
    [undefined, undefined, 'node a.js serve'],
    [undefined, ['x'], 'node a.js x'],
    [['sh'], undefined, 'sh'],
    [['sh'], ['-c'], 'sh -c'],
  ])('command %j and args %j', (command, args, expected) => {
    expect(commandLine(program, command, args).join(' ')).toBe(expected);
  });
});

describe('a probe', () => {
  it.each([
    [{ failureThreshold: 2 }, [true, false, true, false, false], [true, undefined, true, undefined, false]],
    [
      { successThreshold: 2, failureThreshold: 1 },
      [true, true, false, true],
      [undefined, true, false, undefined],
    ],
  ])('%j', (probe, outcomes, verdicts) => {
    const verdict = new Verdict(probe);
    expect(outcomes.map((ok) => verdict.add(ok))).toEqual(verdicts);
  });
});

describe('exit codes', () => {
  it.each([
    ['exit code 3', 3],
    ['SIGKILL', 137],
    ['SIGTERM', 143],
  ])('%s', (how, code) => expect(exitCode(how)).toBe(code));
});

describe('the phase of a pod', () => {
  const ended = (code: number): State => {
    const times = { startedAt: '', finishedAt: '', containerID: '', reason: '' };
    return { terminated: { exitCode: code, ...times } };
  };
  const running: State = { running: { startedAt: '' } };
  it.each([
    ['Always', false, [running], 'Running'],
    ['Always', false, [ended(1)], 'Running'],
    ['Always', true, [ended(0), ended(1)], 'Failed'],
    ['Always', true, [ended(0), ended(0)], 'Succeeded'],
    ['OnFailure', false, [ended(0)], 'Succeeded'],
    ['OnFailure', false, [ended(1)], 'Running'],
    ['Never', false, [ended(1), running], 'Running'],
    ['Never', false, [ended(1)], 'Failed'],
    ['Always', false, [running, { waiting: { reason: 'ContainerCreating' } }], 'Pending'],
  ] as const)('%s, ending: %s, %j: %s', (restartPolicy, ending, states, phase) => {
    const pod: Pod = {
      metadata: { name: 'a', namespace: 'b', uid: 'c', ...(ending ? { deletionTimestamp: 'now' } : {}) },
      spec: { nodeName: 'n', restartPolicy, containers: [] },
    };
    const containers = states.map((state) => ({ ...newRecord({ name: 'm', image: 'i' }, 0), state }));
    const state = { podIP: '', hostIP: '', startTime: '', init: [], containers };
    expect(podStatus(pod, state, [], 'now')).toMatchObject({ phase });
  });
});

describe('a volume of files', () => {
  it('changes as a whole', () => {
    const volume = new AtomicDirectory(join(directory, 'volume'));
    expect(volume.write(files({ a: '1', 'sub/b': '2' }))).toBe(true);
    expect(volume.write(files({ a: '1', 'sub/b': '2' }))).toBe(false);
    expect(readFileSync(join(volume.path, 'sub/b'), 'utf8')).toBe('2');
    expect(volume.write(files({ a: '3' }))).toBe(true);
    expect(readdirSync(volume.path).filter((name) => !name.startsWith('..'))).toEqual(['a']);
    expect(readFileSync(join(volume.path, 'a'), 'utf8')).toBe('3');
    expect(readdirSync(volume.path)).toHaveLength(3);
  });
});
