import type { ImageAttributes, ImageMetadata } from './attributes.ts';
import { selectorCheck } from './selector.ts';
import type { ExecutionRule, ValueCondition } from './types.ts';

/** Does this image meet the rule's conditions? */
export type ConditionCheck = (attributes: ImageAttributes) => boolean;

/**
 * Prepares the conditions of a rule (image-policy.md §8.3): all must hold, then `invertMatch` turns the answer round.
 *
 * What is not known never holds: a condition on metadata fails for an image without them. An image is in the
 * integrated registry exactly when its name's registry is that host, wherever the name came from.
 */
export function conditionCheck(rule: ExecutionRule, integratedRegistry: string): ConditionCheck {
  const registries =
    rule.matchRegistries.length > 0 ? new Set(rule.matchRegistries.map(sameHost)) : undefined;
  const integrated = sameHost(integratedRegistry);
  const metadata = metadataCheck(rule);
  const { matchIntegratedRegistry, invertMatch } = rule;
  const matches: ConditionCheck = ({ name, image }) => {
    if (matchIntegratedRegistry && (integratedRegistry === '' || sameHost(name.registry) !== integrated)) {
      return false;
    }
    if (registries !== undefined && !registries.has(sameHost(name.registry))) return false;
    return metadata === undefined || (image !== undefined && metadata(image));
  };
  return invertMatch ? (attributes) => !matches(attributes) : matches;
}

/** Spellings of one host: letter case does not count, and 443 is the port that is meant where none is written. */
function sameHost(registry: string): string {
  return registry.toLowerCase().replace(/:443$/, '');
}

/** Undefined where the rule asks nothing of the metadata. */
function metadataCheck(rule: ExecutionRule): ((image: ImageMetadata) => boolean) | undefined {
  const dockerLabels = rule.matchDockerImageLabels;
  const annotations = rule.matchImageAnnotations;
  const labels = rule.matchImageLabels.map(selectorCheck);
  if (dockerLabels.length + annotations.length + labels.length === 0) return undefined;
  return (image) =>
    (dockerLabels.length === 0 || allHold(dockerLabels, image.dockerLabels)) &&
    allHold(annotations, image.annotations) &&
    labels.every((selects) => selects(image.labels));
}

function allHold(
  conditions: readonly ValueCondition[],
  values: Readonly<Record<string, string>> | undefined,
): boolean {
  if (values === undefined) return false;
  return conditions.every(({ key, set, value }) => {
    const has = Object.hasOwn(values, key);
    return set ? has : (has ? values[key] : '') === value;
  });
}
