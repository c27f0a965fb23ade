/** What a webhook configuration says, as far as it is compared. */
interface Entry {
  readonly name?: unknown;
  readonly matchConditions?: unknown;
  readonly rules?: unknown;
}

const byPolicy = '-by-policy.';

/**
 * Names of those entries that a registration should have and does not: with them missing, objects that the policy is about never reach
 * the webhook. An entry that is wider than needed will do.
 *
 * @param expected a webhook configuration as generated for the settings in use
 * @param actual the same as the API server has it; undefined where there is none
 */
export function unregisteredEntries(expected: object, actual: object | undefined): readonly string[] {
  const registered = new Map(entriesOf(actual).map((entry) => [entry.name, entry]));
  return entriesOf(expected).flatMap((entry) => {
    const name = String(entry.name);
    const wider = registered.get(name.replace('.', byPolicy));
    const same = registered.get(name);
    const served = covers(wider, entry) || (covers(same, entry) && agrees(same, entry));
    return served ? [] : [name];
  });
}

function entriesOf(configuration: object | undefined): readonly Entry[] {
  const { webhooks } = (configuration ?? {}) as { readonly webhooks?: unknown };
  return Array.isArray(webhooks) ? (webhooks as readonly Entry[]) : [];
}

/** Are all resources of the expected entry among those of the registered one? */
function covers(registered: Entry | undefined, expected: Entry): boolean {
  const resources = new Set(resourcesOf(registered));
  return registered !== undefined && resourcesOf(expected).every((resource) => resources.has(resource));
}

function resourcesOf(entry: Entry | undefined): readonly string[] {
  const rules = (entry?.rules ?? []) as readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
  }[];
  return rules.flatMap(({ apiGroups = [], resources = [] }) =>
    apiGroups.flatMap((group) => resources.map((resource) => `${resource}.${group}`)),
  );
}

function agrees(registered: Entry | undefined, { matchConditions }: Entry): boolean {
  return JSON.stringify(sorted(registered?.matchConditions)) === JSON.stringify(sorted(matchConditions));
}

function sorted(conditions: unknown): readonly object[] {
  const list = (conditions ?? []) as readonly { readonly name: string; readonly expression: string }[];
  return list.map(({ name, expression }) => ({ name, expression }));
}
