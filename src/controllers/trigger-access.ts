import { type AccessReviews, ApiError } from '../cluster/index.ts';
import { accountOf, layersQuestion, type Puller } from '../triggers/index.ts';

/** May a workload's account pull from a stream of another namespace? Undefined when nobody could be asked. */
export async function mayPull(
  access: Pick<AccessReviews, 'allowed'>,
  puller: Puller,
  namespace: string,
  stream: string,
): Promise<boolean | undefined> {
  try {
    const { allowed } = await access.allowed({ ...accountOf(puller), ...layersQuestion(namespace, stream) });
    return allowed;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
