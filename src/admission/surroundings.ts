import type { Puller } from '../triggers/index.ts';
import type { ImageDecision } from './decide-images.ts';
import type { Answer } from './response.ts';
import type { AdmissionSettings } from './settings.ts';
import type { StreamSource } from './streams.ts';
import type { Subject } from './subject.ts';

/** What the webhook asks the cluster for besides streams. */
export interface Surroundings {
  readonly settings: AdmissionSettings;
  readonly streams: StreamSource;
  /** Execution rules excluded by the namespace's `alpha.image.policy.openshift.io/ignore-rules`. */
  readonly excludedRules?: (namespace: string) => ReadonlySet<string> | undefined;
  /** May this account pull from that stream? Absent where there is no cluster to ask; rejects when it cannot be asked. */
  readonly mayPull?: (question: PullQuestion) => Promise<boolean>;
}

/** OpenShift's image-puller rule: may a service account `get imagestreams/layers` of a stream? */
export interface PullQuestion {
  readonly puller: Puller;
  readonly namespace: string;
  readonly stream: string;
}

/** An answer, with what there is to count and to log of how it came about. */
export interface Reviewed {
  readonly answer: Answer;
  readonly subject?: Subject;
  readonly decision?: ImageDecision;
}
