import type { Logger } from '../telemetry/index.ts';
import { imageStreamKind } from './image-stream-subject.ts';
import type { ReviewVerdict } from './metrics.ts';
import { shown } from './refusal.ts';
import type { AdmissionRequest } from './request.ts';
import type { RefusalStatus } from './response.ts';
import type { Reviewed } from './surroundings.ts';
import type { WebhookName } from './webhook.ts';

/** No Pod has as many containers; keeps the line of a hostile one short. */
const mostLogged = 32;

/**
 * One line for a review that changed, refused or warned of something; the many that did nothing are told at level debug only.
 * Never an object's body: only names, image strings and the sentences the user was told, of a stream the names of fields alone.
 */
export function logReview(
  logger: Logger,
  webhook: WebhookName,
  verdict: ReviewVerdict,
  request: AdmissionRequest,
  { answer, subject, decision }: Reviewed,
): void {
  const level = verdict === 'Allowed' ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const rewrites = decision?.rewrites
    .slice(0, mostLogged)
    .map(({ place, pullSpec }) => `${shown(place.name)}: ${shown(place.image)} → ${pullSpec}`);
  logger[level](
    {
      webhook,
      verdict,
      uid: request.uid,
      operation: request.operation,
      kind: subject?.kind.kind,
      namespace: request.namespace,
      name: subject?.name,
      user: request.userInfo?.username,
      ...(request.dryRun === true ? { dryRun: true } : {}),
      ...(rewrites === undefined || rewrites.length === 0 ? {} : { images: rewrites }),
      ...(answer.warnings.length === 0 ? {} : { warnings: answer.warnings }),
      ...(answer.allowed ? {} : { refused: refusalOf(answer.status, subject) }),
    },
    'review',
  );
}

/** Of a stream only the fields: the text of a source may hold a password that somebody put there. */
function refusalOf({ message, details }: RefusalStatus, subject: Reviewed['subject']): string {
  if (subject?.kind !== imageStreamKind) return message;
  const fields = (details?.causes ?? []).map(({ field, reason }) => `${shown(field)}: ${reason}`);
  return fields.slice(0, mostLogged).join(', ');
}
