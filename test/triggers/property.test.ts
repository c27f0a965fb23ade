import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diagnoseTriggers, forgiveStored } from '../../src/triggers/index.ts';
import { syntaxFault } from '../../src/triggers/json-syntax.ts';
import { builtInKinds, type KubernetesObject } from '../../src/workloads/index.ts';
import { defaultPodSpec, deployment, diagnose, entry, from, named, text, workload } from './fixtures.ts';

const pieces = fc.constantFrom(
  ...[
    'spec.template.spec.',
    'spec.',
    'containers[',
    'initContainers[',
    '?(@.name=="',
    '")',
    "'",
    ']',
    '.image',
    'image',
  ],
  ...[
    'web',
    'side',
    'init',
    '0',
    '1',
    '+',
    '-',
    ' ',
    '=',
    '@',
    '*',
    '..',
    '?(',
    '"',
    ')',
    '$',
    '__proto__',
    'length',
  ],
);
const nearPath = fc.array(pieces, { maxLength: 9 }).map((parts) => parts.join(''));
const likelyPath = fc
  .array(pieces, { maxLength: 5 })
  .map((parts) => `spec.template.spec.containers[${parts.join('')}].image`);
const anyPath = fc.oneof(nearPath, likelyPath, fc.string({ unit: 'binary' }));

const kind = fc.constantFrom(...builtInKinds);
const anyEntry = fc.record(
  {
    from: fc.oneof(
      fc.record(
        {
          kind: fc.constantFrom('ImageStreamTag', 'x'),
          name: fc.oneof(fc.constantFrom('app:v1', 'app:', 'web:2'), fc.string()),
          namespace: fc.constantFrom('', 'shop', 'other'),
          apiVersion: fc.constantFrom('', 'v1'),
        },
        { requiredKeys: ['kind', 'name'] },
      ),
      fc.jsonValue(),
    ),
    fieldPath: fc.oneof(fc.constantFrom(named('web'), named('side'), named('init')), anyPath),
    paused: fc.oneof(fc.boolean(), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const annotation = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.array(fc.oneof(anyEntry, fc.jsonValue()), { maxLength: 5 }).map((entries) => JSON.stringify(entries)),
);

const valueAtPointer = (object: unknown, pointer: string) =>
  pointer
    .slice(1)
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], object);

/** Triggers.md §1.6, as directly as it can be put: the container OpenShift picks, or undefined. */
function upstream(fieldPath: string): string | undefined {
  const base = 'spec.template.spec.';
  if (!fieldPath.startsWith(base)) return undefined;
  const path = fieldPath.slice(base.length);
  const list = ['containers', 'initContainers'].find((name) => path.startsWith(`${name}[`));
  const close = path.indexOf(']');
  if (list === undefined || close < 0 || !['.image', 'image'].includes(path.slice(close + 1)))
    return undefined;
  const selector = path.slice(list.length + 1, close);
  const { initContainers, containers } = defaultPodSpec;
  if (/^[+-]?\d+$/.test(selector)) {
    return (list === 'containers' ? containers : initContainers)[Number(selector)]?.name;
  }
  const opened = selector.startsWith('?(@.name=="') ? selector.slice(11) : selector;
  const name = opened.endsWith('")') ? opened.slice(0, -2) : opened;
  return name === selector
    ? undefined
    : [...initContainers, ...containers].find((one) => one.name === name)?.name;
}

describe('for any input', () => {
  it('a diagnosis ends, and each trigger points at the image of the container it names', () => {
    fc.assert(
      fc.property(kind, annotation, (row, value) => {
        const object = workload(row, value);
        const { triggers, findings } = diagnoseTriggers({ kind: row, object, namespace: 'shop' });
        for (const { pointer, container, image, stream, tag } of triggers) {
          expect(pointer).toBe(`/${row.podSpecPath.join('/')}/${container.list}/${container.index}/image`);
          expect(valueAtPointer(object, pointer)).toBe(image);
          expect(valueAtPointer(object, pointer.replace(/image$/, 'name'))).toBe(container.name);
          expect(stream).not.toBe('');
          expect(tag).not.toBe('');
        }
        const faulty = new Set(
          findings.filter(({ severity }) => severity === 'Error').map((found) => found.entry),
        );
        expect(triggers.filter((trigger) => faulty.has(trigger.entry))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('an object of any shape does no harm', () => {
    fc.assert(
      fc.property(kind, annotation, fc.anything(), (row, value, podSpec) => {
        const object = workload(row, value, podSpec);
        expect(() => diagnoseTriggers({ kind: row, object, namespace: '' })).not.toThrow();
        const bare = podSpec as KubernetesObject;
        expect(diagnoseTriggers({ kind: row, object: bare, namespace: '' }).triggers).toEqual([]);
      }),
    );
  });

  it('a field path picks the container that OpenShift picks, or one that OpenShift cannot read', () => {
    fc.assert(
      fc.property(anyPath, (fieldPath) => {
        const { triggers, findings } = diagnose(text(entry({ fieldPath })));
        const name = triggers[0]?.container.name;
        if (findings.some(({ code }) => code === 'UnreadSelector'))
          expect(upstream(fieldPath)).toBeUndefined();
        else expect(name).toBe(upstream(fieldPath));
      }),
      { numRuns: 2000 },
    );
  });

  it('a suggested field path is accepted without a word', () => {
    fc.assert(
      fc.property(anyPath, (fieldPath) => {
        for (const { code, suggestion } of diagnose(text(entry({ fieldPath }))).findings) {
          if (suggestion === undefined || code === 'NoSuchContainer') continue;
          expect(diagnose(text(entry({ fieldPath: suggestion })))).toMatchObject({
            findings: [],
            triggers: [{}],
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('what is stored unchanged has no error', () => {
    fc.assert(
      fc.property(annotation, (value) => {
        const once = diagnose(value);
        expect(diagnose(value)).toEqual(once);
        expect(forgiveStored(once, once).filter(({ severity }) => severity === 'Error')).toEqual([]);
      }),
    );
  });
});

describe('the place of a syntax fault', () => {
  const jsonPieces = fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"',
    '"a"',
    '1',
    '-',
    '0.5e3',
    'true',
    'nul',
    ' ',
    '\n',
    '\\',
    '\\u00e9',
  );
  it('is found exactly when JSON.parse refuses the text', () => {
    const parses = (value: string) => {
      try {
        JSON.parse(value);
        return true;
      } catch {
        return false;
      }
    };
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(jsonPieces, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anyText, (value) => {
        expect(syntaxFault(value) === undefined).toBe(parses(value));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['[{"a', 5, 'the end'],
    ['[{"a"', 6, 'the end'],
    ['[{"a":', 7, 'the end'],
    ['[{"a":"b\\', 9, '"\\"'],
    ['[{"a":tru', 7, '"tru"'],
    ['[{"a":1', 8, 'the end'],
    ['[{"a":1.', 8, '"."'],
    ['[{"a":01}]', 8, '"1"'],
  ])('of %s is column %d', (cut, column, seen) => {
    expect(syntaxFault(cut)).toMatchObject({ line: 1, column, seen });
  });

  it.each([
    ['['.repeat(200_000)],
    [`["${'a'.repeat(250_000)}`],
    [`[${'1'.repeat(250_000)}x`],
    [' '.repeat(250_000)],
  ])('is found in a long text: %.10s', (value) => {
    expect(syntaxFault(value)).toMatchObject({ line: 1 });
  });
});

it('long adversarial field paths are read at once', () => {
  const paths = ['?(@.name==', ' ', '?', '(', '@. ', '-', '0', '")', "'", 'a-'].map(
    (piece) => `spec.template.spec.containers[${piece.repeat(20_000)}].image`,
  );
  expect(diagnose(text(...paths.map((fieldPath) => entry({ fieldPath })))).triggers).toEqual([]);
  const names = ['a-', 'a.', 'a__', '-', ':'].map((piece) => ({
    ...from,
    name: `${piece.repeat(20_000)}!:v1`,
  }));
  expect(diagnose(text(...names.map((one) => entry({ from: one })))).triggers).toEqual([]);
});

it('the object is never changed', () => {
  const object = workload(deployment, text(entry()));
  const before = structuredClone(object);
  diagnoseTriggers({ kind: deployment, object, namespace: 'shop' });
  expect(object).toEqual(before);
});
