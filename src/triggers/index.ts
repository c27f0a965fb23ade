export { admitTriggers, type TriggerAdmission } from './admit-triggers.ts';
export { triggersAnnotation } from './annotation.ts';
export { carriedOwners, handOverPatch } from './carried-owners.ts';
export { isMadeAnew } from './container-case.ts';
export { type DiagnoseInput, type Diagnosis, diagnoseTriggers } from './diagnose.ts';
export { diagnoseExistence, type ExistingStreams } from './existence.ts';
export { fieldPathOf } from './field-path.ts';
export { type Fight, isOver, reverted, rewritten } from './fight.ts';
export type { Severity, TriggerFinding, TriggerFindingCode } from './finding.ts';
export { decodeHeld, encodeHeld, type Held, type HeldEntry, type HeldReason } from './held.ts';
export { imageOwnership, otherImageOwners } from './image-owner.ts';
export type { JobPhase } from './job-phase.ts';
export type { TriggerNotice, TriggerNoticeCode } from './notices.ts';
export { type OnChangeFinding, onChangeFindings } from './on-change-findings.ts';
export {
  type FailedTrigger,
  followedTag,
  type PlanInput,
  type PlannedImage,
  planTriggers,
  type RestingImage,
  type RestReason,
  type TagAnswer,
  type TriggerPlan,
} from './plan-triggers.ts';
export { type Follower, type MoveEffect, type PreviewedImage, previewTriggers } from './preview.ts';
export {
  accountOf,
  imagePullerRole,
  layersQuestion,
  type Puller,
  pullNotAllowed,
  pullUnknown,
} from './puller.ts';
export { recreatedJob } from './recreated-job.ts';
export { forgiveStored } from './stored.ts';
export { tagImage } from './tag-image.ts';
export type { TagNow } from './tag-now.ts';
export type { ContainerList, Trigger, TriggerContainer } from './trigger.ts';
export {
  fireAnnotation,
  heldAnnotation,
  onChangeAnnotation,
  onExplicitImageAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
} from './trigger-annotations.ts';
export type { TriggerDecision } from './trigger-decision.ts';
export {
  disownPatch,
  imagesPatch,
  inVersion,
  statusPatch,
  type TriggerPatchOperation,
  wholePatch,
} from './trigger-patch.ts';
export { type TriggerState, triggerStateOf } from './trigger-state.ts';
export {
  decodeTriggerStatus,
  encodeTriggerStatus,
  type TriggerStatus,
  type TriggerStatusEntry,
} from './trigger-status.ts';
export type { ImageOrigin, TriggerClock, TriggerWrite, TriggerWriter } from './trigger-write.ts';
export {
  sameTriggeredWorkload,
  type TriggeredWorkload,
  triggeredWorkload,
} from './triggered-workload.ts';
export { type Unchangeable, unchangeable } from './unchangeable.ts';
export { triggersOf } from './workload-triggers.ts';
