import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { moduleDirectory } from './cache.ts';
import { acceptsVersion, KUBERNETES, MONITORING_PROGRAMS, PROGRAMS } from './programs.ts';

const all = [...PROGRAMS, ...MONITORING_PROGRAMS];

describe('a program found on the machine', () => {
  it.each([
    ['kube-apiserver', 'Kubernetes v1.37.0', true],
    ['kube-apiserver', 'Kubernetes v1.36.4', false],
    ['kubectl', 'Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0', false],
    ['kubectl', 'Client Version: v1.37.2\nKustomize Version: v5.8.1', true],
    ['etcd', 'etcd Version: 3.7.0\nGit SHA: Not provided\nGo Version: go1.26.8', true],
    ['etcd', 'etcd Version: 3.5.21', false],
    ['kwok', 'kwok version v0.8.0 go1.26.8 (linux/amd64)', true],
    ['registry', '/bin/registry github.com/distribution/distribution/v3 v3.1.2+unknown', true],
    ['registry', 'registry github.com/docker/distribution v2.8.3', false],
    ['crane', 'v0.22.1', true],
    ['crane', '(devel)', false],
    ['helm', 'v3.19.0+g3d8990f', false],
    ['helm', '', false],
    ['promtool', 'promtool, version 3.5.0 (branch: HEAD, revision: 8be3a9560fbd)', true],
    ['prometheus', 'prometheus, version 2.42.0+ds (branch: debian/sid, revision: 2.42.0+ds-5+b5)', false],
  ])('%s that says "%s" will do: %s', (name, said, expected) => {
    const program = all.find((candidate) => candidate.name === name)!;
    expect(acceptsVersion(program, said)).toBe(expected);
  });
});

describe('the module files', () => {
  it('pin the Kubernetes version that is stamped into the programs', () => {
    const text = readFileSync(join(moduleDirectory('control-plane'), 'go.mod'), 'utf8');
    const { major, minor, patch } = KUBERNETES;
    expect(text).toContain(`k8s.io/kubernetes v${major}.${minor}.${patch}`);
  });

  it.each(all.map(({ name, module, package: path }) => [name, module, path] as const))(
    'name %s as a tool',
    (_, module, path) => {
      const lines = readFileSync(join(moduleDirectory(module), 'go.mod'), 'utf8').split('\n');
      // a single tool needs no block
      expect(lines.filter((line) => line === `\t${path}` || line === `tool ${path}`)).toHaveLength(1);
    },
  );
});
