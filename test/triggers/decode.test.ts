import { describe, expect, it } from '@jest/globals';
import { codes, diagnose, entry, from, named, text } from './fixtures.ts';

describe('no triggers', () => {
  it.each([[undefined], [null], ['null'], ['[]'], [' [ ] ']])(
    '%j is no trigger and no finding',
    (annotation) => {
      expect(diagnose(annotation)).toMatchObject({ triggers: [], findings: [] });
    },
  );
});

describe('the whole annotation', () => {
  it.each([
    ['', 'InvalidJSON', 'the end at line 1, column 1'],
    ['[{"from":}]', 'InvalidJSON', '"}" at line 1, column 10'],
    ["[{'from':{}}]", 'InvalidJSON', `"'from'" at line 1, column 3`],
    ['[\n  {"paused":true},\n]', 'InvalidJSON', '"]" at line 3, column 1'],
    ['[{"fieldPath":"a\nb"}]', 'InvalidJSON', '"\\u{a}" at line 1, column 17'],
    ['[] []', 'InvalidJSON', '"[" at line 1, column 4'],
    ['nil', 'InvalidJSON', '"nil" at line 1, column 1'],
    ['{"from":{}}', 'NotAnArray', 'an object'],
    ['"x"', 'NotAnArray', 'the string "x"'],
    ['7', 'NotAnArray', 'the number 7'],
    [`"${'x'.repeat(256 * 1024)}"`, 'AnnotationTooLong', '262146 characters'],
    [JSON.stringify(Array(257).fill({})), 'TooManyEntries', '257'],
    [[entry()], 'NotText', 'an array'],
  ])('%.40j is refused', (annotation, code, seen) => {
    const { triggers, findings } = diagnose(annotation);
    expect(triggers).toEqual([]);
    expect(findings).toMatchObject([{ code, severity: 'Error', field: '', seen }]);
    expect(findings[0]).not.toHaveProperty('entry');
  });
});

describe('paused', () => {
  it.each([
    [true, true, []],
    [false, false, []],
    [null, false, []],
    [undefined, false, []],
    ['true', true, ['PausedAsString']],
    ['false', false, ['PausedAsString']],
  ])('%j is read as %j', (written, paused, expected) => {
    const { triggers, findings } = diagnose(text(entry({ paused: written })));
    expect(triggers).toMatchObject([{ paused }]);
    expect(codes(findings)).toEqual(expected);
    expect(findings.every(({ severity }) => severity === 'Warning')).toBe(true);
  });

  it.each([[0], [1], ['yes'], ['True'], [''], [[]], [{}]])('%j is refused', (paused) => {
    const { triggers, findings } = diagnose(text(entry({ paused })));
    expect(triggers).toEqual([]);
    expect(findings).toMatchObject([{ code: 'WrongType', severity: 'Error', field: '[0].paused' }]);
  });
});

describe('keys', () => {
  it.each([['true'], ['false'], [true], [false]])('"pause":%j is ignored with a warning', (pause) => {
    const { triggers, findings } = diagnose(text(entry({ pause })));
    expect(triggers).toMatchObject([{ paused: false }]);
    expect(findings).toMatchObject([
      { code: 'PauseKey', severity: 'Warning', field: '[0].pause', suggestion: 'paused' },
    ]);
  });

  it('accepts other letter case, as Go does, with a warning', () => {
    const { triggers, findings } = diagnose(
      text({ From: { KIND: 'ImageStreamTag', name: 'app:v1' }, FieldPath: named('web'), PAUSED: true }),
    );
    expect(triggers).toMatchObject([{ stream: 'app', paused: true, fieldPath: named('web') }]);
    expect(findings.map(({ code, field }) => [code, field])).toEqual([
      ['KeyCase', '[0].From'],
      ['KeyCase', '[0].FieldPath'],
      ['KeyCase', '[0].PAUSED'],
      ['KeyCase', '[0].from.KIND'],
    ]);
  });

  it.each([
    ['{"paused":true,"paused":false,REST}', false],
    ['{"paused":false,"Paused":true,REST}', true],
    ['{"paused":true,"Paused":null,REST}', true],
  ])('of %s the last that is not null counts', (written, paused) => {
    const rest = JSON.stringify(entry()).slice(1, -1);
    expect(diagnose(`[${written.replace('REST', rest)}]`).triggers).toMatchObject([{ paused }]);
  });

  it.each([
    [entry({ fieldpaths: 1 }), '[0].fieldpaths', 'fieldPath'],
    [entry({ lastTriggeredImage: '' }), '[0].lastTriggeredImage', undefined],
    [entry({ from: { ...from, uid: 'x', nam: 'y' } }), '[0].from.uid', undefined],
    [JSON.parse('{"__proto__":{"paused":true}}'), '[0].__proto__', undefined],
  ])('an unknown key is ignored with a warning: %j', (written, field, suggestion) => {
    const [first] = diagnose(text(written)).findings;
    expect(first).toMatchObject({ code: 'UnknownKey', severity: 'Warning', field });
    expect(first?.suggestion).toBe(suggestion);
  });

  it('reports a bounded number of unknown keys', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, 1]));
    expect(diagnose(text(entry(many))).findings).toHaveLength(8);
  });
});

describe('an entry', () => {
  it.each([
    [null, 'EmptyEntry', '[0]'],
    [{}, 'EmptyEntry', '[0]'],
    ['x', 'EntryNotAnObject', '[0]'],
    [[], 'EntryNotAnObject', '[0]'],
    [5, 'EntryNotAnObject', '[0]'],
    [entry({ from: undefined }), 'MissingFrom', '[0].from'],
    [entry({ from: null }), 'MissingFrom', '[0].from'],
    [entry({ from: {} }), 'MissingFrom', '[0].from'],
    [entry({ from: 'app:v1' }), 'WrongType', '[0].from'],
    [entry({ from: [] }), 'WrongType', '[0].from'],
    [entry({ from: { ...from, name: 5 } }), 'WrongType', '[0].from.name'],
    [entry({ from: { ...from, namespace: [] } }), 'WrongType', '[0].from.namespace'],
    [entry({ fieldPath: 5 }), 'WrongType', '[0].fieldPath'],
    [entry({ fieldPath: null }), 'MissingFieldPath', '[0].fieldPath'],
    [entry({ fieldPath: undefined }), 'MissingFieldPath', '[0].fieldPath'],
  ])('%j is refused', (written, code, field) => {
    const { triggers, findings } = diagnose(text(written));
    expect(triggers).toEqual([]);
    expect(findings).toMatchObject([{ code, severity: 'Error', entry: 0, field }]);
  });

  it('with a fault leaves the others alone', () => {
    const { triggers, findings } = diagnose(
      text(
        null,
        entry({ paused: 5 }),
        entry({ fieldPath: named('side') }),
        entry({ fieldPath: named('none') }),
      ),
    );
    expect(triggers).toMatchObject([{ entry: 2, container: { name: 'side' } }]);
    expect(findings.map(({ entry, code }) => [entry, code])).toEqual([
      [0, 'EmptyEntry'],
      [1, 'WrongType'],
      [3, 'NoSuchContainer'],
    ]);
  });
});
