import { parse } from 'yaml';
import type { Mirror, MirrorRule } from '../registry/index.ts';
import { UsageError } from './usage-error.ts';

const pulls = ['Digest', 'Tag', 'All'] as const;
const location = /^(?:\*\.)?[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:\/[a-z0-9._/-]+)?$/;

const mirror = {
  type: ['string', 'object'],
  properties: { location: { type: 'string' }, insecure: { type: 'boolean' } },
  required: ['location'],
  additionalProperties: false,
} as const;

/** JSON Schema of mirror rules, but for what a location is. */
export const mirrorRulesSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      source: { type: 'string' },
      mirrors: {
        type: 'array',
        minItems: 1,
        items: mirror,
      },
      pull: { enum: pulls },
      contactSource: { type: 'boolean' },
    },
    required: ['source', 'mirrors'],
    additionalProperties: false,
  },
} as const;

/**
 * Reads mirror rules: a list of `{source, mirrors: [location or {location, insecure}], pull: Digest | Tag | All,
 * contactSource: true | false}`; `pull` is `All` and `contactSource` true when absent.
 * @throws UsageError that names the file, the rule and what is wrong with it
 */
export function mirrorRules(text: string, file: string): readonly MirrorRule[] {
  const wrong = (what: string) => new UsageError(`--mirrors ${file}: ${what}`);
  let rules: unknown;
  try {
    rules = parse(text, { prettyErrors: false });
  } catch (error) {
    throw wrong((error as Error).message);
  }
  if (!Array.isArray(rules)) throw wrong('a list of rules is expected');
  return rules.map((rule: unknown, index) => ruleOf(rule, (what) => wrong(`[${index}]${what}`)));
}

type Wrong = (what: string) => UsageError;

function ruleOf(rule: unknown, wrong: Wrong): MirrorRule {
  const { source, mirrors, pull = 'All', contactSource = true, ...rest } = fields(rule, wrong);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw wrong(`.${unknown} is unknown; there are source, mirrors, pull, contactSource`);
  if (!isLocation(source)) throw wrong('.source must be HOST[:PORT][/PATH] or *.HOST');
  const known = pulls.find((each) => each === pull);
  if (known === undefined) throw wrong(`.pull must be one of ${pulls.join(', ')}`);
  if (typeof contactSource !== 'boolean') throw wrong('.contactSource must be true or false');
  if (!Array.isArray(mirrors) || mirrors.length === 0) throw wrong('.mirrors must list one mirror at least');
  const places = mirrors.map((mirror: unknown, index) =>
    mirrorOf(mirror, (what) => wrong(`.mirrors[${index}]${what}`)),
  );
  return { source, mirrors: places, pull: known, contactSource };
}

function mirrorOf(mirror: unknown, wrong: Wrong): Mirror {
  if (isLocation(mirror)) return { location: mirror, insecure: false };
  const { location: place, insecure = false, ...rest } = fields(mirror, wrong);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw wrong(`.${unknown} is unknown; there are location, insecure`);
  if (!isLocation(place)) throw wrong('.location must be HOST[:PORT][/PATH]');
  if (typeof insecure !== 'boolean') throw wrong('.insecure must be true or false');
  return { location: place, insecure };
}

function isLocation(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 255 && location.test(value);
}

function fields(value: unknown, wrong: Wrong): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw wrong(' must be an object');
}
