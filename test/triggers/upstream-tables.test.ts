import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/**
 * Which test holds each row of OpenShift's own tests of triggers (triggers.md §6): a file below `test/` and the words of its title.
 * Rows on objects that do not exist here are departures, and name the words of docs/departures.md.
 */
const departures = '../docs/departures.md';
const rows: Readonly<Record<string, readonly (readonly [row: string, file: string, words: string])[]>> = {
  '§6.1 TestAnnotationsReactor': [
    [
      '0 to 11, admission',
      'admission/trigger-gates.test.ts',
      'rows of OpenShift’s own test of triggers (triggers.md §6.1)',
    ],
    [
      '0 to 11, controller',
      'triggers/plan-triggers.test.ts',
      'the cases of the original reactor (triggers.md §6.1)',
    ],
    ['1 to 4: an error', departures, 'A bad entry disables only itself'],
    ['the input is never changed', 'triggers/property.test.ts', 'the object is never changed'],
    ['TestAnnotationJSONPath', 'cluster/trigger-pains.test.ts', 'kubectl reads the canonical path, too'],
  ],
  '§6.2 image_trigger_controller_test.go': [
    [
      'SyncImageStream: one key',
      'controllers/trigger-index.test.ts',
      'counts a workload once that follows a tag with two containers',
    ],
    ['SyncImageStream: DockerImage', departures, 'A `kind` other than `ImageStreamTag` is an error'],
    ['SyncBuildConfigResource', departures, 'DeploymentConfigs and Builds are not looked at'],
    [
      'ErrorHandling: other stream, tag or namespace',
      'controllers/trigger-controller.test.ts',
      'costs nobody else anything',
    ],
    [
      'ErrorHandling: the same image',
      'triggers/plan-triggers.test.ts',
      'are left when they are there already, whatever the status says',
    ],
    [
      'ErrorHandling: a failed write',
      'controllers/trigger-writes.test.ts',
      'is tried again soon when the cause may pass',
    ],
    [
      'BuildConfigTriggerIndexer: own and other namespace',
      'controllers/trigger-controller.test.ts',
      'is followed while the account of the workload may pull there',
    ],
    [
      'DeploymentConfigTriggerIndexer: two containers',
      'triggers/plan-triggers.test.ts',
      'become those of its tags, in one write, with a status that names them',
    ],
    [
      'TestTriggerController: random changes',
      'controllers/trigger-convergence.test.ts',
      'whatever happens, every workload ends with the image of its tag',
    ],
    [
      'TestTriggerController: Pods by position',
      'cluster/trigger-pains.test.ts',
      '10: Pods, Jobs and ReplicationControllers are ignored',
    ],
    [
      'TestTriggerController: conflicts are retried',
      'controllers/trigger-writes.test.ts',
      'is tried again when others go on writing',
    ],
    [
      'buildconfigs_test: an unresolved sibling',
      'triggers/plan-triggers.test.ts',
      'count although other entries are bad or have no image',
    ],
    [
      'buildconfigs_test: identical triggers',
      'triggers/diagnose.test.ts',
      'refuses byte-equal field paths, of which neither acts',
    ],
    [
      'buildconfigs_test, deploymentconfigs_test: paused',
      'triggers/plan-triggers.test.ts',
      'ones change nothing and say what they leave',
    ],
    ['deploymentconfigs_test: all or nothing', departures, 'A bad entry disables only itself'],
    [
      'untested: the indexer',
      'controllers/trigger-index.test.ts',
      'names those that follow a tag, as long as they do',
    ],
    [
      'untested: malformed to valid',
      'controllers/trigger-controller.test.ts',
      'revives as soon as its annotation is corrected',
    ],
    ['untested: duplicates', 'triggers/diagnose.test.ts', 'warns of two spellings of one container'],
    [
      'untested: paused as a string',
      'admission/trigger-validation.test.ts',
      'a trigger annotation that is accepted with a warning',
    ],
    ['untested: pause', 'triggers/decode.test.ts', '"pause":%j is ignored with a warning'],
    ['untested: the path of a CronJob', 'triggers/field-path.test.ts', 'the base path of every kind'],
    ['untested: kind', 'triggers/stream-tag.test.ts', 'from.kind'],
    ['untested: apiVersion', 'triggers/stream-tag.test.ts', 'from.apiVersion'],
    ['untested: drift', 'triggers/admission-rules.test.ts', 'rule 6: an image that is set on purpose'],
    [
      'untested: backoff',
      'controllers/trigger-writes.test.ts',
      'tried ever more rarely when the API server does not take it',
    ],
  ],
  '§6.3 imageutil': [
    [
      'an empty tag is latest',
      'triggers/stream-tag.test.ts',
      'with an empty tag means latest, with a warning',
    ],
    ['Local policy', 'triggers/tag-image.test.ts', 'the own repository for Local'],
    ['the spec is newer than the status', 'triggers/tag-image.test.ts', 'also while a newer spec waits'],
    [
      'the status is newer than the spec',
      'triggers/tag-image.test.ts',
      'also where the status is newer than the spec',
    ],
  ],
  '§6.4 e2e and command line': [
    [
      'annotation.go',
      'cluster/trigger-pains.test.ts',
      'came before its stream has the image, and again after 50 blanks in a row',
    ],
    [
      'annotation.go, server-side apply',
      'cluster/trigger-rollout.test.ts',
      'belong to who applied them: the next apply finds no conflict',
    ],
    [
      'triggers.sh: what the command writes',
      'triggers/field-path.test.ts',
      `['containers[?(@.name=="init")].image', 'init', []]`,
    ],
    ['triggers.sh: --remove-all writes null', 'triggers/decode.test.ts', `['null']`],
    [
      'triggers.sh: --remove-all, --manual pause the Deployment',
      'cluster/trigger-pains.test.ts',
      '8: a manual or removed trigger pauses the whole Deployment',
    ],
    ['triggers.sh: the command itself', departures, '`oc set triggers` and `oc set image-lookup`'],
    [
      'image-lookup.sh: what is resolved',
      'cluster/names.test.ts',
      'is stored with digests by kubectl apply, and rolls out',
    ],
    ['imagepolicy tests', 'admission/upstream-tables.test.ts', 'image-policy.md §16.4: resolving images'],
    ['refusals, as kubectl prints them', 'cluster/messages.test.ts', 'a container that does not exist'],
  ],
};

describe.each(Object.entries(rows))('triggers.md %s', (_, all) => {
  it.each(all)('%s is held by %s', (_row, file, words) => {
    expect(readFileSync(join(import.meta.dirname, '..', file), 'utf8')).toContain(words);
  });
});
