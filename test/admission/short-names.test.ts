import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultSettings, webhookConfigurations } from '../../src/admission/index.ts';
import { mayBeLocalName } from '../../src/reference/index.ts';

const [mutating] = webhookConfigurations({
  name: 'imagestreams',
  address: { url: 'https://127.0.0.1:8443' },
  settings: defaultSettings,
});
const [, pattern = ''] = /matches\('([^']+)'\)/.exec(JSON.stringify(mutating)) ?? [];

it('the condition of the registration lets every name through that could be local', () => {
  const calls = new RegExp(JSON.parse(`"${pattern}"`) as string);
  const likely = fc.stringMatching(/^[a-z0-9._-]{1,12}(:[A-Za-z0-9_.-]{0,10})?$/);
  fc.assert(
    fc.property(fc.oneof(likely, fc.string()), (image) => {
      expect(mayBeLocalName(image) && !calls.test(image)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
