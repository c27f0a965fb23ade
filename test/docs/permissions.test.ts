import { describe, expect, it } from '@jest/globals';
import {
  defaultSettings,
  policyConfigMapPermissions,
  webhookPermissions,
} from '../../src/admission/index.ts';
import { certificatePermissions, servingSecretPermissions } from '../../src/certificates/index.ts';
import { checkPermissions } from '../../src/check/index.ts';
import type { PolicyRule } from '../../src/cluster/index.ts';
import { controllerPermissions, leaderPermissions } from '../../src/controllers/index.ts';
import { textOf } from './pages.ts';

const [, section = ''] = /^## Permissions\n(.*?)^## /ms.exec(textOf('docs/security.md')) ?? [];
const tables = section.match(/^\| group \|.*\n(?:\|.*\n)+/gm) ?? [];

const wordsIn = (cell: string) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, word = '']) => word);

/** `WHERE: VERB RESOURCE.GROUP NAME`, for every verb, resource and name of a table. */
function tableRules(table = ''): readonly string[] {
  const rows = table.trim().split('\n').slice(2);
  return rows.flatMap((row) => {
    const [, group = '', resources = '', where = '', verbs = ''] = row.split('|').map((cell) => cell.trim());
    const [place = ''] = /^[\w`-]+/.exec(where) ?? [];
    const names = place.startsWith('`') ? [] : wordsIn(where);
    return ruleTexts(place.replaceAll('`', ''), [
      {
        apiGroups: group === 'core' ? [''] : wordsIn(group),
        resources: wordsIn(resources),
        ...(names.length === 0 ? {} : { resourceNames: names }),
        verbs: verbs.split(', '),
      },
    ]);
  });
}

function ruleTexts(where: string, rules: readonly PolicyRule[]): readonly string[] {
  return rules.flatMap(({ apiGroups, resources, resourceNames = [''], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) =>
          verbs.map((verb) => `${where}: ${verb} ${resource}.${group} ${name}`.trim()),
        ),
      ),
    ),
  );
}

const certificates = certificatePermissions({
  serving: { name: 'imagestreams-webhook-tls' },
  authority: { name: 'imagestreams-webhook-authority' },
  configuration: 'imagestreams',
});
const followed = { policyFollows: true, webhookConfiguration: 'imagestreams' };

const sources: readonly (readonly [string, readonly string[]])[] = [
  [
    'webhook',
    [
      ...ruleTexts('everywhere', webhookPermissions(defaultSettings, followed)),
      ...ruleTexts('own', policyConfigMapPermissions('imagestreams-policy')),
      ...ruleTexts('own', servingSecretPermissions('imagestreams-webhook-tls')),
    ],
  ],
  [
    'controller',
    [
      ...ruleTexts('everywhere', controllerPermissions({ previews: true })),
      ...ruleTexts('everywhere', certificates.cluster),
      ...ruleTexts('own', leaderPermissions),
      ...ruleTexts('own', certificates.namespaced),
    ],
  ],
  ['check', ruleTexts('imagestreams-check', checkPermissions)],
];

describe('the tables of permissions', () => {
  it('are one for each account', () => expect(tables).toHaveLength(sources.length));

  it.each(sources.map(([name, rules], index) => [name, rules, index] as const))(
    'have of the %s what it is given',
    (_, rules, index) => {
      expect([...tableRules(tables[index])].sort()).toEqual([...rules].sort());
    },
  );
});
