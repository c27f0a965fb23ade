const mostLength = 253;

/** Names of Events: the object's name, then the time in nanoseconds, which never comes twice in a process. */
export class EventNames {
  #last = 0n;

  /** @param now in milliseconds since the epoch */
  next(objectName: string, now: number): string {
    const time = BigInt(Math.floor(now * 1_000)) * 1_000n;
    this.#last = time > this.#last ? time : this.#last + 1n;
    const suffix = `.${this.#last.toString(16)}`;
    return `${subdomain(objectName, mostLength - suffix.length)}${suffix}`;
  }
}

/** Names of some kinds hold what a DNS subdomain, and so an Event's name, may not: `system:node` for instance. */
function subdomain(name: string, mostLength: number): string {
  const parts = name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, mostLength)
    .split('.')
    .map((part) => part.replace(/^-+|-+$/g, ''));
  return parts.filter((part) => part !== '').join('.') || 'object';
}
