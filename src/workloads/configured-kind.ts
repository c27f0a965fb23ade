import {
  type Decode,
  derived,
  described,
  entry,
  flag,
  listOf,
  member,
  objectOf,
  quote,
  required,
  text,
} from '../configuration/index.ts';
import type { WorkloadReport } from './findings.ts';
import { builtInKinds, type WorkloadKind } from './kinds.ts';
import { templatePath } from './template-path.ts';

/** One kind as an administrator writes it. */
interface WrittenKind {
  readonly group: string;
  readonly versions: readonly string[];
  readonly resource: string;
  readonly kind: string;
  readonly templatePath: readonly string[];
  readonly immutable: boolean;
}

const mostVersions = 16;

/** Together they begin the name of a webhook, which may have 253 characters. */
const longestResourceName = 200;

const label = '[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?';

const foreignGroup = name(
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/,
  'the API group of a custom resource, a DNS name such as "argoproj.io"',
);

/** Holds what is reviewed by rules of its own, and no pods. */
const streamGroup = 'image.openshift.io';

const group = derived<string, string, WorkloadReport>(text, (value, at, report) => {
  const rows = builtInKinds.filter((row) => row.group === value);
  if (rows.length === 0 && value !== streamGroup) return foreignGroup(value, at, report);
  const why =
    rows.length === 0
      ? 'holds image streams and no pods'
      : "is Kubernetes' own, and all its kinds with pods are looked at already";
  report.error('BuiltIn', at, `${quote(value)} ${why}; remove the entry`);
  return undefined;
});
const version = name(new RegExp(`^${label}$`), 'a version such as "v1alpha1", without its group');
const resource = name(
  new RegExp(`^${label}$`),
  'the plural name of the resource in lower case, such as "rollouts"',
);
const kind = name(
  /^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
  'the kind of the objects, such as "Rollout"',
);

const fields = objectOf<WrittenKind, WorkloadReport>({
  group: required(group),
  versions: required(listOf(required(version))),
  resource: required(resource),
  kind: required(kind),
  templatePath: required(templatePath),
  immutable: flag,
});

/** A row of the table, or undefined after reporting what is wrong with it. */
export const configuredKind: Decode<WorkloadKind, WorkloadReport> = described(
  fields.schema,
  (value, at, report) => {
    const before = report.errors.length;
    const { group = '', resource = '', kind = '', ...written } = fields(value, at, report) ?? {};
    const { versions = [], templatePath: path = [], immutable = false } = written;
    if (report.errors.length > before || value === null) return undefined;
    if (resource.endsWith('-by-policy')) {
      const sentence = `${quote(resource)} cannot be used; webhooks are told apart by that ending`;
      report.error('InvalidName', member(at, 'resource'), sentence);
    }
    reportVersions(versions, member(at, 'versions'), report);
    if (`${resource}.${group}`.length > longestResourceName) {
      const sentence = `resource and group are too long together; they may have ${longestResourceName} characters`;
      report.error('InvalidName', member(at, 'group'), sentence);
    }
    if (report.errors.length > before) return undefined;
    return {
      group,
      resource,
      kind,
      versions,
      podSpecPath: [...path, 'spec'],
      templateMetadataPath: [...path, 'metadata'],
      ...(immutable && { immutableTemplate: true }),
      configured: true,
    };
  },
);

function reportVersions(versions: readonly string[], at: string, report: WorkloadReport): void {
  if (versions.length === 0) {
    report.error('Required', at, 'a version is required, such as "v1"');
  }
  if (versions.length > mostVersions) {
    report.error('TooMany', at, `there are ${versions.length} versions; at most ${mostVersions} are read`);
  }
  for (const [index, each] of versions.entries()) {
    if (versions.indexOf(each) === index) continue;
    report.error('Duplicate', entry(at, index), `${quote(each)} is listed already; remove one of them`);
  }
}

function name(grammar: RegExp, allowed: string): Decode<string, WorkloadReport> {
  return derived<string, string, WorkloadReport>(text, (seen, at, report) => {
    if (grammar.test(seen)) return seen;
    report.error('InvalidName', at, `${quote(seen)} cannot be used; it must be ${allowed}`);
    return undefined;
  });
}
