import { describe, expect, it } from '@jest/globals';
import { retryClass } from '../../src/imagestream/index.ts';
import { sentences } from '../../src/triggers/sentences.ts';
import { textOf } from './pages.ts';

/** The words of a union of codes, which has no list to import, from its source. */
function unionIn(file: string, name: string): readonly string[] {
  const [, union = ''] = new RegExp(`(?:type ${name} =|readonly ${name}:)([^;]+);`).exec(textOf(file)) ?? [];
  return Array.from(union.matchAll(/'([^']+)'/g), ([, code = '']) => code);
}

const codes: Readonly<Record<string, readonly string[]>> = {
  Image: [
    ...unionIn('src/admission/resolution.ts', 'UnresolvedCode'),
    ...unionIn('src/admission/refusal.ts', 'RefusalCode'),
  ],
  Rule: unionIn('src/policy/execution.ts', 'code'),
  Reference: [
    ...unionIn('src/reference/parse.ts', 'ReferenceErrorCode'),
    ...unionIn('src/reference/grammar.ts', 'DigestError'),
  ],
  Trigger: Object.keys(sentences),
  Job: [
    ...unionIn('src/triggers/on-change-findings.ts', 'OnChangeFindingCode'),
    ...unionIn('src/admission/job-recreation.ts', 'RecreationCode'),
  ],
  Notice: unionIn('src/triggers/notices.ts', 'TriggerNoticeCode'),
  Import: unionIn('src/imagestream/import-failure.ts', 'ImportFailureReason'),
  Policy: [
    ...unionIn('src/policy/findings.ts', 'PolicyErrorCode'),
    ...unionIn('src/policy/findings.ts', 'PolicyWarningCode'),
  ],
  Kind: unionIn('src/workloads/findings.ts', 'WorkloadErrorCode'),
  Review: [
    ...unionIn('src/admission/request.ts', 'ReviewErrorCode'),
    ...unionIn('src/admission/body.ts', 'BodyErrorCode'),
  ],
  Preview: unionIn('src/preview/error.ts', 'PreviewErrorCode'),
  Certificate: unionIn('src/tls/error.ts', 'TlsErrorCode'),
  Renewal: unionIn('src/tls/renewal.ts', 'RenewalCode'),
  Rotation: unionIn('src/certificates/telling.ts', 'CertificateEventReason'),
  Check: unionIn('src/check/error.ts', 'CheckErrorCode'),
  Connection: unionIn('src/cluster/connection.ts', 'ConnectionErrorCode'),
  API: unionIn('src/cluster/error.ts', 'ApiErrorCode'),
};

const triedAgain = {
  Passing: /^(soon|as soon as)/,
  Slow: /^slowly/,
  Permanent: /^not/,
} as const;

const page = textOf('docs/messages.md');
const documented = Array.from(
  page.matchAll(/^### (\w+) (\S+)\n(.*)$/gm),
  ([, area = '', code = '', text = '']) => ({
    area,
    code,
    text,
  }),
);

describe('docs/messages.md', () => {
  it.each(Object.entries(codes))('has a heading for every code of %s, and no other', (area, expected) => {
    const headings = documented.filter((each) => each.area === area).map(({ code }) => code);
    expect(expected.length).toBeGreaterThan(1);
    expect(headings.toSorted()).toEqual(expected.toSorted());
  });

  it('has no heading of another kind', () => {
    const all = page.match(/^### .*$/gm) ?? [];
    expect(all).toHaveLength(documented.length);
    expect(documented.filter(({ area }) => codes[area] === undefined)).toEqual([]);
  });

  it.each(Object.entries(sentences))('says how grave %s of a trigger is', (code, { severity }) => {
    expect(page).toContain(`### Trigger ${code}\n${severity}. `);
  });

  it.each(unionIn('src/imagestream/import-failure.ts', 'ImportFailureReason'))(
    'says how often an import is tried again after %s',
    (code) => {
      const [, words = ''] = new RegExp(`^### Import ${code}\nTried again: ([^.]+)\\.`, 'm').exec(page) ?? [];
      expect(words).toMatch(triedAgain[retryClass(code)]);
    },
  );

  it.each(unionIn('src/policy/findings.ts', 'PolicyErrorCode'))(
    'says that %s of a policy is an error',
    (code) => {
      expect(page).toContain(`### Policy ${code}\nError. `);
    },
  );

  it.each(unionIn('src/policy/findings.ts', 'PolicyWarningCode'))(
    'says that %s of a policy is a warning',
    (code) => {
      expect(page).toContain(`### Policy ${code}\nWarning. `);
    },
  );
});

describe('docs/triggers.md', () => {
  it('sorts every finding among errors or warnings', () => {
    const [, errors = '', warnings = ''] =
      /\n\| errors \|([\s\S]*?)\n\| warnings \|([\s\S]*?)\n\n/.exec(textOf('docs/triggers.md')) ?? [];
    const named = (text: string) =>
      Array.from(text.matchAll(/\[(\w+)\]/g), ([, code = '']) => code).toSorted();
    const having = (severity: string) =>
      Object.entries(sentences)
        .flatMap(([code, kind]) => (kind.severity === severity ? [code] : []))
        .toSorted();
    expect(named(errors)).toEqual(having('Error'));
    expect(named(warnings)).toEqual(having('Warning'));
  });
});
