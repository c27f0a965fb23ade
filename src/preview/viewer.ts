import type { AccessReviews, AccessSubject } from '../cluster/index.ts';
import type { Viewer } from '../controllers/index.ts';
import { imageStreamGroup } from '../imagestream/index.ts';

/** Only what is allowed is seen: each question is one to the API server, in the name of whoever asks. */
export function viewerFor(subject: AccessSubject, access: Pick<AccessReviews, 'allowed'>): Viewer {
  const mayGet = async (group: string, resource: string, namespace: string, name?: string) => {
    const question = { ...subject, verb: 'get', group, resource, namespace };
    return (await access.allowed(name === undefined ? question : { ...question, name })).allowed;
  };
  return {
    maySeeStream: (namespace, name) => mayGet(imageStreamGroup, 'imagestreams', namespace, name),
    maySeeWorkloads: ({ row: { group, resource } }, namespace) => mayGet(group, resource, namespace),
  };
}
