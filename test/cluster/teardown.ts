import './setup.ts';

/**
 * Jest's global teardown of the cluster suite.
 *
 * @throws Error when a part of the cluster ended during the tests: their failures are then a consequence
 */
export default async function teardown(): Promise<void> {
  const supervision = globalThis.testClusterSupervision;
  if (supervision === undefined) return;
  const failed = await Promise.race([supervision.failure, Promise.resolve(undefined)]);
  const message = failed && `${failed.name} ended during the tests: ${failed.how}\n${failed.tail()}`;
  await supervision.end();
  if (message !== undefined) throw new Error(message);
}
