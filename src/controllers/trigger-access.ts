import { type AccessReviews, ApiError } from '../cluster/index.ts';
import { imageStreamGroup } from '../imagestream/index.ts';
import type { Puller } from '../triggers/index.ts';

/**
 * May a workload's account pull from a stream of another namespace? Undefined when nobody could be asked. Without it, whoever can
 * edit a Deployment could read out any image in the cluster (triggers.md §1.5).
 */
export async function mayPull(
  access: Pick<AccessReviews, 'allowed'>,
  { namespace: own, serviceAccount }: Puller,
  namespace: string,
  stream: string,
): Promise<boolean | undefined> {
  try {
    const { allowed } = await access.allowed({
      user: `system:serviceaccount:${own}:${serviceAccount}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${own}`, 'system:authenticated'],
      namespace,
      verb: 'get',
      group: imageStreamGroup,
      resource: 'imagestreams',
      subresource: 'layers',
      name: stream,
    });
    return allowed;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
