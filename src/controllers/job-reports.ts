import type { EventRecorder, ObjectReference } from '../cluster/index.ts';
import type { ImageStream } from '../imagestream/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { imagesOf, type KubernetesObject, valueAt } from '../workloads/index.ts';
import { jobKind } from './job-kind.ts';
import type { StoredRecord } from './job-record.ts';
import { streamName } from './stream-name.ts';
import { streamReference } from './stream-reference.ts';
import { failed, jobRecreatedEvent, jobWaitsSentence, skipped, type TriggerEvent } from './trigger-events.ts';

export interface JobReportsOptions {
  readonly events: Pick<EventRecorder, 'record'>;
  readonly streams: { get(key: string): ImageStream | undefined };
  readonly logger: Logger;
}

/** Says in Events and in the log what becomes of Jobs that are made anew. */
export class JobReports {
  readonly #options: JobReportsOptions;

  constructor(options: JobReportsOptions) {
    this.#options = options;
  }

  /** @param job the new one */
  recreated(record: StoredRecord, job: KubernetesObject): void {
    const uid = valueAt(job, ['metadata', 'uid']);
    const images = new Map(imagesOf(jobKind, job).map(({ name, image }) => [name, image]));
    // a tag may have moved again on the way
    const given = record.images.map((image) => ({ ...image, to: images.get(image.container) ?? image.to }));
    const event = jobRecreatedEvent({ ...record, images: given });
    this.#log('info', record, event.note);
    this.#tell(referenceTo(record, typeof uid === 'string' ? uid : ''), event);
  }

  /**
   * The old Job is gone and the new one is not there. Told at what is there: the streams that it follows in its own namespace; and
   * at the Job, where whoever looks for it looks.
   * @param where its manifest is kept
   */
  failed(record: StoredRecord, where: string, message: string, delayMs: number): void {
    const { namespace, name } = referenceTo(record, '');
    const note = `Job "${name}" was deleted to be made anew with another image, and is not yet; it is tried again and again, and its manifest is kept in ControllerRevision ${where}: ${message}`;
    this.#log('warn', record, `${note} (again in ${Math.ceil(delayMs / 1_000)} s)`);
    this.#tell(referenceTo(record, record.uid), failed(note));
    const own = record.images.filter(({ tag }) => !tag.includes('/')).map(({ tag }) => tag.split(':')[0]);
    for (const stream of new Set(own)) {
      const named = streamName(`${namespace}/${stream}`);
      const metadata = this.#options.streams.get(named.key)?.metadata;
      if (metadata !== undefined) this.#tell(streamReference(named, metadata), failed(note));
    }
  }

  /** The old Job does not go. @param finalizers that it still has */
  waits(record: StoredRecord, finalizers: readonly string[]): void {
    const note = jobWaitsSentence(finalizers);
    this.#log('info', record, note);
    this.#tell(referenceTo(record, record.uid), skipped(note));
  }

  leftAlone(record: StoredRecord, why: 'Changed' | 'Other' | 'Impossible'): void {
    this.#log('info', record, `a Job need not be made anew any more: ${reasons[why]}`);
  }

  notForgotten(record: StoredRecord, message: string): void {
    this.#log('warn', record, `the record of a Job that was made anew cannot be removed yet: ${message}`);
  }

  notListed(message: string, delayMs: number): void {
    this.#options.logger.warn({ delayMs }, `Jobs that were being made anew cannot be looked up: ${message}`);
  }

  #log(level: 'info' | 'warn', record: StoredRecord, note: string): void {
    const { namespace, name } = referenceTo(record, '');
    this.#options.logger[level]({ kind: 'Job', namespace, name, uid: record.uid }, note);
  }

  #tell(regarding: ObjectReference, event: TriggerEvent): void {
    this.#options.events.record({ ...event, regarding });
  }
}

const reasons = {
  Changed: 'it was changed before it could be deleted',
  Other: 'somebody else has made one of its name',
  Impossible: 'its namespace is gone',
} as const;

function referenceTo({ job: { metadata } }: StoredRecord, uid: string): ObjectReference {
  const { namespace = '', name = '' } = metadata ?? {};
  return { apiVersion: 'batch/v1', kind: 'Job', namespace, name, uid };
}
