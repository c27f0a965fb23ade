import fc from 'fast-check';
import type { Followed } from './trigger-oracle.ts';
import type { ManifestParts, Style } from './trigger-subject.ts';

export const versions = ['v1', 'v2', 'v3'] as const;
/** An image, and the tag that is imported from it. */
export type Version = (typeof versions)[number];
export const tags = ['a', 'b'] as const;
/** An alias, which moves. */
export type Tag = (typeof tags)[number];

/** What happens to a workload, and around it. */
export type Step =
  | { readonly do: 'Move'; readonly tag: Tag; readonly to: Version }
  | { readonly do: 'SetImage'; readonly image: string }
  | { readonly do: 'Apply'; readonly manifest: ManifestParts }
  | { readonly do: 'Follow'; readonly follows: Followed | undefined }
  | { readonly do: 'Freeze' | 'Thaw' | 'Drop'; readonly whose: 'webhook' | 'controller' }
  | { readonly do: 'ApplyAgain' | 'Undo' | 'Fire' | 'Release' | 'RemoveHold' | 'Touch' }
  | { readonly do: 'Recreate' | 'Settle' | 'Kill' };

const follows = fc.record({
  tag: fc.constantFrom(...tags),
  paused: fc.constantFrom(false, false, false, true),
});
const maybe = fc.option(follows, { nil: undefined, freq: 6 });
const texts = ['quay.io/org/app:1', 'quay.io/org/app:2'];
export const manifests: fc.Arbitrary<ManifestParts> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ text: fc.constantFrom(...texts), follows: maybe }) },
  {
    weight: 1,
    arbitrary: fc.record({
      text: fc.constantFrom(...texts, ' ', undefined),
      follows: follows.map((each) => ({ ...each, paused: false })),
    }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('Move' as const),
      tag: fc.constantFrom(...tags),
      to: fc.constantFrom(...versions),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('SetImage' as const),
      image: fc.constantFrom('v1', 'v2', 'v3', 'quay.io/x:1', 'app:a', 'app:b', texts[0]!),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('Apply' as const), manifest: manifests }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('Follow' as const), follows: maybe }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('Freeze' as const, 'Freeze' as const, 'Thaw' as const, 'Drop' as const),
      whose: fc.constantFrom('webhook' as const, 'webhook' as const, 'controller' as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...(['ApplyAgain', 'ApplyAgain', 'Undo', 'Undo', 'Fire', 'Release', 'RemoveHold', 'Touch'] as const),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['Settle', 'Settle', 'Settle', 'Recreate', 'Kill'] as const)),
    }),
  },
);
/** Each with the replica of the webhook that reviews it. */
export const steps = fc.array(fc.tuple(step, fc.constantFrom(0, 1)), { minLength: 8, maxLength: 20 });
export const styles = fc.constantFrom<Style>('client', 'server', 'replace');
