import { placeName } from '../workloads/index.ts';
import { enforcementBindings } from './bindings.ts';
import { breakGlassRole } from './break-glass.ts';
import { enforcementLabelPolicy } from './label.ts';
import type { EnforcementOptions } from './options.ts';
import { type EnforcementGroup, enforcementPolicy } from './policies.ts';

/**
 * All objects of the enforcement: a policy for every place at which kinds have their pod spec, its bindings, the guard of the label, and the role of
 * those who may go round it.
 * Nothing happens in a namespace before its label, or `unlabelled`, asks for it.
 */
export function enforcementObjects(options: EnforcementOptions): readonly object[] {
  return [
    ...groupsOf(options).flatMap((group) => [
      enforcementPolicy(group, options),
      ...enforcementBindings(group.name, options),
    ]),
    ...enforcementLabelPolicy(options.name),
    breakGlassRole(options.name),
  ];
}

function groupsOf({ name, kinds }: EnforcementOptions): readonly EnforcementGroup[] {
  const groups = Map.groupBy(kinds, ({ podSpecPath }) => podSpecPath.join('.'));
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ name: `${name}-${placeName(first)}`, kinds: [first, ...others] as const }],
  );
}
