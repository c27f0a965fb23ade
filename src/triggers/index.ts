export { triggersAnnotation } from './annotation.ts';
export { desiredImages, type ImageChange, type ResolveTag } from './desired-images.ts';
export { type DiagnoseInput, type Diagnosis, diagnoseTriggers } from './diagnose.ts';
export { diagnoseExistence, type ExistingStreams } from './existence.ts';
export { fieldPathOf } from './field-path.ts';
export type { Severity, TriggerFinding, TriggerFindingCode } from './finding.ts';
export { decodeHeld, encodeHeld, type Held, type HeldEntry, type HeldReason } from './held.ts';
export { imagePullerRole, type Puller, pullNotAllowed, pullUnknown } from './puller.ts';
export { forgiveStored } from './stored.ts';
export type { ContainerList, Trigger, TriggerContainer } from './trigger.ts';
export {
  fireAnnotation,
  heldAnnotation,
  onChangeAnnotation,
  onExplicitImageAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
} from './trigger-annotations.ts';
export {
  decodeTriggerStatus,
  encodeTriggerStatus,
  type TriggerStatus,
  type TriggerStatusEntry,
} from './trigger-status.ts';
