/**
 * What a check found that does not work.
 * - `StreamsNotServed`: the cluster has no image streams.
 * - `WebhookSilent`: the API server asked the webhook and got no answer.
 * - `NameNotResolved`: a Pod that names a tag was admitted with the name as it was written.
 * - `BrokenTriggerAdmitted`: a Deployment whose trigger annotation is broken was admitted.
 * - `TagNotFollowed`: an alias has not the image of the tag that it points to.
 * - `NotRolledOut`: the tag moved, and the Deployment that follows it did not change.
 * - `ImportFailed`: a tag could not be imported from its registry.
 * - `RequestFailed`: the API server refused something, or could not be reached.
 * - `Interrupted`: somebody ended the check.
 */
export type CheckErrorCode =
  | 'StreamsNotServed'
  | 'WebhookSilent'
  | 'NameNotResolved'
  | 'BrokenTriggerAdmitted'
  | 'TagNotFollowed'
  | 'NotRolledOut'
  | 'ImportFailed'
  | 'RequestFailed'
  | 'Interrupted';

/** A check that failed; the message is one sentence for whoever runs the cluster. */
export class CheckError extends Error {
  readonly code: CheckErrorCode;

  constructor(code: CheckErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CheckError';
    this.code = code;
  }
}
