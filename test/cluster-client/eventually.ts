/** A vain wait fails with the waiting test's stack instead of going on behind the next test's back. */
const limitMs = 30_000;

/** Resolves as soon as `condition` holds. */
export async function eventually(condition: () => boolean): Promise<void> {
  const givenUpAt = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > givenUpAt) throw new Error(`still not true: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
