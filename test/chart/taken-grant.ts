import { type TestCluster, waitFor } from '../cluster/index.ts';

/** One verb on one resource, as a role of the release has it. */
export interface TakenGrant {
  readonly role: `ClusterRole/${string}` | `Role/${string}/${string}`;
  readonly verb: string;
  readonly resource: string;
  /** Of an object, where the rule has names. */
  readonly name?: string;
}

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Takes a right out of its role and waits until that counts, and puts the role back when the work is done. */
export async function withoutGrant(
  cluster: TestCluster,
  account: string,
  { role, verb, resource, name: of }: TakenGrant,
  work: () => Promise<void>,
): Promise<void> {
  const [kind = '', ...parts] = role.split('/');
  const name = parts.pop() ?? '';
  const where = parts.flatMap((namespace) => ['-n', namespace]);
  const { stdout } = await cluster.kubectl(['get', kind, name, ...where, '-o', 'json']);
  const { rules } = JSON.parse(stdout) as { readonly rules: readonly Rule[] };
  const write = async (next: readonly Rule[]) => {
    const patch = JSON.stringify([{ op: 'replace', path: '/rules', value: next }]);
    await cluster.kubectl(['patch', kind, name, ...where, '--type=json', '-p', patch]);
  };
  await write(rules.flatMap((rule) => without(rule, verb, resource)));
  try {
    const what = [verb, of === undefined ? resource : `${resource}/${of}`];
    await waitFor(`${account} to have lost ${what.join(' ')}`, async () => {
      const args = ['auth', 'can-i', ...what, ...where, `--as=${account}`];
      return (await cluster.kubectl(args, { allowFailure: true })).stdout.trim() === 'no';
    });
    await work();
  } finally {
    await write(rules);
  }
}

function without(rule: Rule, verb: string, resource: string): readonly Rule[] {
  const { resources, verbs } = rule;
  if (!resources.includes(resource) || !verbs.includes(verb)) return [rule];
  const parts = [
    { ...rule, resources: resources.filter((each) => each !== resource) },
    { ...rule, resources: [resource], verbs: verbs.filter((each) => each !== verb) },
  ];
  return parts.filter((part) => part.resources.length > 0 && part.verbs.length > 0);
}
