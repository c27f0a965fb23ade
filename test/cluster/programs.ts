/** One of the Go modules that pin what is built; see `modules/`. */
export type ModuleName = 'control-plane' | 'tools' | 'workflows' | 'monitoring';

/** A program: where it comes from and how to tell its version. */
export interface Program<Name extends string = string> {
  readonly name: Name;
  readonly module: ModuleName;
  /** The Go package of its main function. */
  readonly package: string;
  readonly versionArgs: readonly string[];
  /** Which versions found elsewhere will do: this major and minor, or `newer` minors of the same major as well. */
  readonly accepts: { readonly major: number; readonly minor: number; readonly newer: boolean };
}

/** What a test cluster is made of and worked with. */
export type ProgramName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl'
  | 'kwok'
  | 'registry'
  | 'crane'
  | 'helm'
  | 'actionlint';

/** What looks at metrics, where a suite asks for it. */
export type MonitoringProgramName = 'promtool' | 'prometheus';

/** The version that the control plane says it has; the `replace` lines of its go.mod carry the same number. */
export const KUBERNETES = { major: 1, minor: 37, patch: 2 } as const;

// All of one minor: a controller manager must not be newer than its API server, nor kubectl's words older.
const kubernetes = { major: KUBERNETES.major, minor: KUBERNETES.minor, newer: false };

export const PROGRAMS: readonly Program<ProgramName>[] = [
  controlPlane('etcd', 'go.etcd.io/etcd/server/v3', { major: 3, minor: 6, newer: true }),
  controlPlane('kube-apiserver', 'k8s.io/kubernetes/cmd/kube-apiserver', kubernetes),
  controlPlane('kube-controller-manager', 'k8s.io/kubernetes/cmd/kube-controller-manager', kubernetes),
  controlPlane('kube-scheduler', 'k8s.io/kubernetes/cmd/kube-scheduler', kubernetes),
  {
    ...controlPlane('kubectl', 'k8s.io/kubernetes/cmd/kubectl', kubernetes),
    versionArgs: ['version', '--client'],
  },
  // Its stages come from the pinned module and must fit.
  tool('kwok', 'sigs.k8s.io/kwok/cmd/kwok', { major: 0, minor: 8, newer: false }),
  tool('registry', 'github.com/distribution/distribution/v3/cmd/registry', {
    major: 3,
    minor: 0,
    newer: true,
  }),
  {
    ...tool('crane', 'github.com/google/go-containerregistry/cmd/crane', {
      major: 0,
      minor: 19,
      newer: true,
    }),
    versionArgs: ['version'],
  },
  {
    ...tool('helm', 'helm.sh/helm/v4/cmd/helm', { major: 4, minor: 0, newer: true }),
    versionArgs: ['version', '--short'],
  },
  {
    name: 'actionlint',
    module: 'workflows',
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    versionArgs: ['-version'],
    accepts: { major: 1, minor: 7, newer: true },
  },
];

export const MONITORING_PROGRAMS: readonly Program<MonitoringProgramName>[] = (
  ['promtool', 'prometheus'] as const
).map((name) => ({
  name,
  module: 'monitoring',
  package: `github.com/prometheus/prometheus/cmd/${name}`,
  versionArgs: ['--version'],
  accepts: { major: 3, minor: 0, newer: true },
}));

/** Reads the first version number in what a program says about itself. */
export function acceptsVersion({ accepts }: Program, said: string): boolean {
  const [, major, minor] = /\bv?(\d+)\.(\d+)/.exec(said) ?? [];
  if (major === undefined || Number(major) !== accepts.major) return false;
  return accepts.newer ? Number(minor) >= accepts.minor : Number(minor) === accepts.minor;
}

/** `1.37.*` or `3.6 or newer`, for a message. */
export function acceptedVersions({ accepts: { major, minor, newer } }: Program): string {
  return newer ? `${major}.${minor} or a newer ${major}` : `${major}.${minor}`;
}

function controlPlane(name: ProgramName, path: string, accepts: Program['accepts']): Program<ProgramName> {
  return { name, module: 'control-plane', package: path, versionArgs: ['--version'], accepts };
}

function tool(name: ProgramName, path: string, accepts: Program['accepts']): Program<ProgramName> {
  return { name, module: 'tools', package: path, versionArgs: ['--version'], accepts };
}
