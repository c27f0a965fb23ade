import type { WorkloadKind } from '../workloads/index.ts';
import { type ContainerPlace, pointerTo, select } from './containers.ts';
import { type FieldPathReading, fieldPathOf, readFieldPath } from './field-path.ts';
import type { Report } from './finding.ts';
import { guessContainer } from './guess.ts';
import { quoted, shown } from './quoted.ts';
import type { Subject } from './subject.ts';

export interface Target {
  readonly container: ContainerPlace;
  readonly pointer: string;
}

type Path = Extract<FieldPathReading, { kind: 'Path' }>;

/** The container image that a field path points at; undefined, and reported, when it points at none. */
export function readTarget(fieldPath: string, subject: Subject, report: Report): Target | undefined {
  const { kind, containers } = subject;
  const reading = readFieldPath(fieldPath, kind.podSpecPath);
  if (reading.kind !== 'Path') {
    refusePath(fieldPath, reading, subject, report);
    return undefined;
  }
  const container = select(containers, reading.list, reading.selector);
  const pointer = container && pointerTo(kind, subject.object, container);
  if (container === undefined || pointer === undefined) {
    refuseContainer(reading, subject, report);
    return undefined;
  }
  remarkSpelling(fieldPath, reading, container, subject, report);
  return { container, pointer };
}

function refuseContainer(
  { list, selector }: Path,
  { containers, inWords, suggest }: Subject,
  report: Report,
): void {
  const byName = selector.by === 'Name';
  report('NoSuchContainer', '.fieldPath', {
    seen: byName ? `container ${quoted(selector.name)}` : `${list}[${selector.index}]`,
    allowed: inWords() + (byName ? '' : ', counted from 0'),
    suggestion: byName
      ? suggest(
          selector.name,
          containers.map(({ name }) => name),
        )
      : undefined,
  });
}

function refusePath(
  fieldPath: string,
  reading: Exclude<FieldPathReading, Path>,
  subject: Subject,
  report: Report,
): void {
  const { kind } = subject;
  if (fieldPath === '') {
    const example = fieldPathOf(kind.podSpecPath, 'containers', 'NAME');
    report('MissingFieldPath', '.fieldPath', {
      seen: 'nothing',
      allowed: `a container's image, as ${example}`,
    });
    return;
  }
  const guess = guessContainer(fieldPath, subject);
  const suggestion = guess && canonical(subject, guess);
  const seen = reading.kind === 'InvalidSelector' ? `[${shown(reading.written)}]` : quoted(fieldPath);
  report(reading.kind, '.fieldPath', { seen, allowed: allowedFor(reading.kind, kind), suggestion });
}

function allowedFor(refused: Exclude<FieldPathReading, Path>['kind'], kind: WorkloadKind): string {
  switch (refused) {
    case 'WrongBasePath':
      return `"${kind.podSpecPath.join('.')}." in a ${kind.kind}`;
    case 'NotAContainerPath':
      return 'containers[...] or initContainers[...]';
    case 'NotAnImagePath':
      return '".image"';
    case 'InvalidSelector':
      return '[?(@.name=="NAME")] or a position';
  }
}

/** What OpenShift's tool writes passes silently, even `containers` for an init container, as it always writes that. */
function remarkSpelling(
  fieldPath: string,
  { list, written, selector }: Path,
  container: ContainerPlace,
  subject: Subject,
  report: Report,
): void {
  const canonicalList = list === 'containers' || list === container.list;
  if (selector.spelling === 'Canonical' && canonicalList) return;
  const place = `container ${quoted(container.name)}`;
  const suggestion = canonical(subject, container);
  if (selector.spelling === 'Unread') {
    report('UnreadSelector', '.fieldPath', { seen: `[${shown(written)}]`, allowed: place, suggestion });
  } else if (selector.spelling === 'Loose') {
    report('LooseFieldPath', '.fieldPath', { seen: quoted(fieldPath), allowed: place, suggestion });
  } else {
    report('OtherList', '.fieldPath', { seen: list, allowed: container.list, suggestion });
  }
}

function canonical({ kind }: Subject, { list, name }: ContainerPlace): string {
  return fieldPathOf(kind.podSpecPath, list, shown(name));
}
