const patch = Buffer.from(
  JSON.stringify([
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'quay.io/team/application' },
  ]),
).toString('base64');

/** The response of a webhook that looks at nothing. */
export function constantAnswer(review: unknown): object {
  const { request } = review as { readonly request: { readonly uid: string } };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: request.uid, allowed: true, patchType: 'JSONPatch', patch },
  };
}
