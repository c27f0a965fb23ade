import type { LabelRequirement, LabelSelector } from './types.ts';

type Labels = Readonly<Record<string, string>>;

/** A check prepared once, so that a request only runs it. */
export type LabelCheck = (labels: Labels) => boolean;

export function selectorCheck(selector: LabelSelector): LabelCheck {
  const pairs = Object.entries(selector.matchLabels);
  const requirements = selector.matchExpressions.map(requirementCheck);
  return (labels) =>
    pairs.every(([key, value]) => labels[key] === value) && requirements.every((holds) => holds(labels));
}

function requirementCheck({ key, operator, values }: LabelRequirement): LabelCheck {
  const listed: ReadonlySet<string | undefined> = new Set(values);
  switch (operator) {
    case 'In':
      return (labels) => listed.has(labels[key]);
    case 'NotIn':
      return (labels) => !listed.has(labels[key]);
    case 'Exists':
      return (labels) => Object.hasOwn(labels, key);
    case 'DoesNotExist':
      return (labels) => !Object.hasOwn(labels, key);
    default:
      return operator satisfies never;
  }
}
