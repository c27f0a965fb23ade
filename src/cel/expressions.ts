/** A string of CEL, whose escapes are JSON's as far as JSON has any. */
export function text(value: string): string {
  return JSON.stringify(value);
}

export function anyOf(terms: readonly string[]): string {
  return terms.length === 0 ? 'false' : terms.join(' || ');
}

/** That every step of a path below `root` is there; true for an empty path. */
export function present(root: string, path: readonly string[]): string {
  const steps = path.map((_, index) => `has(${[root, ...path.slice(0, index + 1)].join('.')})`);
  return steps.length === 0 ? 'true' : steps.join(' && ');
}

/** The user of the request is this one; a trailing `*` stands for the rest of the name. */
export function userIs(identity: string): string {
  const user = 'request.userInfo.username';
  return identity.endsWith('*')
    ? `${user}.startsWith(${text(identity.slice(0, -1))})`
    : `${user} == ${text(identity)}`;
}

export function userIsOneOf(identities: readonly string[]): string {
  return anyOf(identities.map(userIs));
}
