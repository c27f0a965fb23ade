import { status } from '../cluster-client/api-server.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { json } from '../cluster-client/http-server.ts';
import { follow, image, jobPath, ownNamespace, TriggerStage, type WorkloadParts } from './trigger-stage.ts';
import { imagesOf, type WriteFault } from './workload-server.ts';

const records = `/apis/apps/v1/namespaces/${ownNamespace}/controllerrevisions`;
const held = 'imagestreams.io/held';

/** What makes a Job one that may be made anew, as it waits. */
export function waiting(parts: WorkloadParts = {}): WorkloadParts {
  const annotations = { 'imagestreams.io/on-change': 'recreate' };
  return { spec: { suspend: true }, ...parts, annotations };
}

/** Refuses a request. */
export function answer(code: number, reason: string): WriteFault {
  return (response) => json(response, code, status(code, reason));
}

/** A stage whose tag `app:1` has an image, with a Job on it that admission looks at; nobody leads yet. */
export async function jobStage(): Promise<{ readonly stage: TriggerStage; readonly job: JobStage }> {
  const stage = new TriggerStage();
  await stage.start();
  stage.tag('app', { '1': image(1) });
  const job = new JobStage(stage);
  job.reviewed();
  return { stage, job };
}

/** One Job, `once`, that follows `app:1` and may be made anew. */
export class JobStage {
  readonly #stage: TriggerStage;

  constructor(stage: TriggerStage) {
    this.#stage = stage;
  }

  /** Admission looks: what a client says of holds is computed anew. */
  reviewed(): void {
    this.#stage.server.admitNew = (sent) => {
      const { [held]: _, ...annotations } = sent.metadata.annotations ?? {};
      return { ...sent, metadata: { ...sent.metadata, annotations } };
    };
  }

  /** The Job waits and has the image of its tag, under a controller that leads. */
  async settled(parts = waiting()): Promise<string> {
    this.#stage.job('once', { web: image(1), side: 'side' }, [follow('app:1')], parts);
    await this.#stage.lead();
    await this.#stage.quiet();
    return this.uid();
  }

  uid(): string {
    return this.#stage.server.get(jobPath('once')).metadata.uid;
  }

  isGone(): boolean {
    return this.#stage.server.find(jobPath('once')) === undefined;
  }

  runs(): string | undefined {
    return imagesOf(this.#stage.server.find(jobPath('once')) ?? {})['web'];
  }

  /** Records that are there. */
  left(): readonly string[] {
    return this.#stage.server.names(records);
  }

  managers(): readonly string[] {
    const { managedFields = [] } = this.#stage.server.get(jobPath('once')).metadata;
    return managedFields.map(({ manager }) => manager);
  }

  ofJob(reason: string) {
    return this.#stage.events.filter((event) => event.reason === reason);
  }

  async pending(count: number): Promise<void> {
    while ((await this.#stage.metric('pending_jobs')) !== count) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Until the Job has been made anew with that image, and nothing is left of how. */
  async anew(n: number): Promise<void> {
    await eventually(() => this.runs() === image(n) && this.left().length === 0);
    await this.#stage.quiet();
  }

  /** So many writes pass, and the next ones meet with something. */
  meets(passing: number, ...faults: readonly WriteFault[]): void {
    this.#stage.server.faults.push(...Array.from({ length: passing }, () => this.#served), ...faults);
  }

  /** It is done, and nobody is told. */
  readonly unheard: WriteFault = (response, request) => {
    const { destroy } = response;
    response.end = () => destroy.call(response) as never;
    this.#served(response, request);
  };

  /** The request is served as if nothing were to go wrong. */
  readonly #served: WriteFault = (response, request) => {
    const { server } = this.#stage;
    const faults = server.faults.splice(0);
    server.serve(request, response);
    server.faults.push(...faults);
  };
}
