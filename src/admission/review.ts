import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger, Tracing } from '../telemetry/index.ts';
import type { AdmissionMetrics, ReviewVerdict } from './metrics.ts';
import { type AdmissionRequest, decodeReview } from './request.ts';
import { type Answer, encodeAnswer } from './response.ts';
import { logReview } from './review-log.ts';
import type { Reviewed } from './surroundings.ts';
import type { WebhookName } from './webhook.ts';

/** Decides over one request; awaited only where it has to ask somebody. */
export type Reviewer = (request: AdmissionRequest) => Reviewed | Promise<Reviewed>;

/** What goes back to the API server. */
export interface ReviewResponse {
  readonly status: number;
  readonly body: string;
}

/** Takes the body of a webhook call, and its headers where traces are followed. */
export type ReviewHandler = (body: string, headers: IncomingHttpHeaders) => Promise<ReviewResponse>;

/**
 * Makes the function that takes the body of a webhook call to its response, with everything around the decision: decoding,
 * counting, logging, and an answer even when the decision breaks.
 */
export function reviewWith(
  webhook: WebhookName,
  reviewer: Reviewer,
  metrics: AdmissionMetrics,
  logger: Logger,
  tracing?: Tracing,
): ReviewHandler {
  const decode: typeof decodeReview =
    tracing === undefined ? decodeReview : (body) => tracing.part('decode', () => decodeReview(body));
  const decide: Reviewer =
    tracing === undefined ? reviewer : (request) => tracing.part('decide', () => reviewer(request));
  // a review's line has a fixed set of fields, none of them secret; looking for some would cost a tenth of the whole review
  const reviewLogger = logger.child({}, { redact: [] });
  const review = async (body: string): Promise<ReviewResponse> => {
    const started = performance.now();
    const count = (verdict: ReviewVerdict, kind: string) =>
      metrics.reviewed(webhook, verdict, kind, (performance.now() - started) / 1000);
    const decoded = decode(body);
    if (!decoded.ok) {
      logger.warn({ webhook, code: decoded.code }, `malformed review: ${decoded.message}`);
      count('Malformed', 'other');
      return { status: 400, body: JSON.stringify({ code: decoded.code, message: decoded.message }) };
    }
    const { request } = decoded;
    try {
      tracing?.note(attributesOf(request));
      const awaited = decide(request);
      const reviewed = awaited instanceof Promise ? await awaited : awaited;
      const verdict = verdictOf(reviewed.answer);
      tracing?.note({ 'imagestreams.verdict': verdict });
      count(verdict, reviewed.subject?.kind.kind ?? 'other');
      if (reviewed.decision !== undefined) metrics.resolved(reviewed.decision);
      if (reviewed.triggers !== undefined) metrics.triggered(reviewed.triggers);
      logReview(reviewLogger, webhook, verdict, request, reviewed);
      return { status: 200, body: encodeAnswer(request.uid, reviewed.answer) };
    } catch (error) {
      const reference = randomUUID();
      logger.error({ err: error, webhook, uid: request.uid, reference }, 'a review broke');
      count('Failed', 'other');
      return { status: 200, body: encodeAnswer(request.uid, brokenAnswer(reference)) };
    }
  };
  if (tracing === undefined) return review;
  return (body, headers) => tracing.serve(webhook, headers, () => review(body));
}

function attributesOf({ uid, operation, namespace = '', name = '', resource, dryRun }: AdmissionRequest) {
  return {
    'imagestreams.review.uid': uid,
    'imagestreams.operation': operation,
    'imagestreams.resource': [resource.resource, resource.group].filter(Boolean).join('.'),
    'imagestreams.dry_run': dryRun === true,
    'k8s.namespace.name': namespace,
    'k8s.object.name': name,
  };
}

function verdictOf(answer: Answer): ReviewVerdict {
  if (!answer.allowed) return 'Denied';
  if (answer.patch.length > 0) return 'Patched';
  return answer.warnings.length > 0 ? 'Warned' : 'Allowed';
}

function brokenAnswer(reference: string): Answer {
  const message = `imagestreams could not review this object because of an error of its own; its log tells more under reference ${reference}`;
  return { allowed: false, status: { code: 500, reason: 'InternalError', message }, warnings: [] };
}
