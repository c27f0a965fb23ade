import type { Puller, TriggerDecision } from '../triggers/index.ts';
import type { ImageDecision } from './decide-images.ts';
import type { FirstImports } from './first-imports.ts';
import type { StreamSubject } from './image-stream-subject.ts';
import type { UserInfo } from './request.ts';
import type { Answer } from './response.ts';
import type { AdmissionSettings } from './settings.ts';
import type { StreamSource } from './streams.ts';
import type { Subject } from './subject.ts';

/** What the webhook asks the cluster for besides streams. */
export interface Surroundings {
  readonly settings: AdmissionSettings;
  readonly streams: StreamSource;
  /** Lets requests wait for what is being imported; absent where nothing is. */
  readonly firstImports?: FirstImports;
  /** Execution rules excluded by the namespace's `alpha.image.policy.openshift.io/ignore-rules`. */
  readonly excludedRules?: (namespace: string) => ReadonlySet<string> | undefined;
  /** May this account pull from that stream? Absent where there is no cluster to ask; rejects when it cannot be asked. */
  readonly mayPull?: (question: PullQuestion) => Promise<boolean>;
  /** May this user? Absent and rejecting likewise. */
  readonly userMayPull?: (question: UserPullQuestion) => Promise<PullAnswer>;
  /** May this user do that to Jobs? Absent and rejecting likewise. */
  readonly userMayOnJobs?: (question: JobQuestion) => Promise<PullAnswer>;
  /** Milliseconds since the epoch; the system's clock if absent. */
  readonly now?: () => number;
}

/** OpenShift's image-puller rule: may a service account `get imagestreams/layers` of a stream? */
export interface PullQuestion {
  readonly puller: Puller;
  readonly namespace: string;
  readonly stream: string;
}

/** May the user of a request `get imagestreams/layers` of a stream? */
export interface UserPullQuestion {
  readonly user: UserInfo;
  readonly namespace: string;
  readonly stream: string;
}

/** May the user of a request create or delete a Job? */
export interface JobQuestion {
  readonly user: UserInfo;
  readonly verb: 'create' | 'delete';
  readonly namespace: string;
  /** Of the Job; empty while it has none. */
  readonly name: string;
}

export interface PullAnswer {
  readonly allowed: boolean;
  /** What the authorizer said to it, if anything. */
  readonly reason: string | undefined;
}

/** What a review was about. */
export type ReviewedSubject = Subject | StreamSubject;

/** An answer, with what there is to count and to log of how it came about. */
export interface Reviewed {
  readonly answer: Answer;
  readonly subject?: ReviewedSubject;
  readonly decision?: ImageDecision;
  /** What it came to for containers with triggers, or for entries of the annotation that are refused. */
  readonly triggers?: readonly (TriggerDecision | 'Refused')[];
}
