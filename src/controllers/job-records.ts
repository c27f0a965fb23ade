import {
  type ApiClient,
  ApiError,
  isApiError,
  listPages,
  type PolicyRule,
  resourcePath,
} from '../cluster/index.ts';
import {
  type JobRecord,
  jobRecord,
  recordLabel,
  recordName,
  recordObject,
  recordOf,
  type StoredRecord,
} from './job-record.ts';

const location = { group: 'apps', version: 'v1', resource: 'controllerrevisions' } as const;

/** What keeping them takes, in that namespace. */
export const recordPermissions: PolicyRule = {
  apiGroups: [location.group],
  resources: [location.resource],
  verbs: ['list', 'create', 'delete'],
};

/** The records of Jobs that are deleted to be made anew, in the controller's own namespace: nobody else writes there. */
export class JobRecords {
  readonly #client: ApiClient;
  readonly #namespace: string;

  constructor(client: ApiClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Where a person finds one. */
  nameOf(record: JobRecord): string {
    return `${this.#namespace}/${recordName(record)}`;
  }

  /** @throws ApiError `AlreadyExists` while the same Job has one */
  async create(record: JobRecord, signal: AbortSignal): Promise<StoredRecord> {
    const namespace = this.#namespace;
    const path = resourcePath({ ...location, namespace });
    const stored = recordOf(await this.#client.create(path, recordObject(record, namespace), { signal }));
    if (stored !== undefined) return stored;
    throw new ApiError('BadResponse', `The answer to POST ${path} is not what was sent.`);
  }

  /** What a process before this one left undone. @throws ApiError */
  async list(signal: AbortSignal): Promise<readonly StoredRecord[]> {
    const records: StoredRecord[] = [];
    await listPages(this.#client, {
      path: resourcePath({ ...location, namespace: this.#namespace }),
      query: { labelSelector: `${recordLabel}=${jobRecord}` },
      pageSize: 50,
      maxBytes: 64 * 1024 * 1024,
      timeoutMs: 30_000,
      signal,
      onItem: (item) => {
        const record = recordOf(item);
        if (record !== undefined) records.push(record);
      },
    });
    return records;
  }

  /** That one, and no other of the same Job. @throws ApiError */
  async remove(record: StoredRecord, signal: AbortSignal): Promise<void> {
    const path = resourcePath({ ...location, namespace: this.#namespace, name: recordName(record) });
    try {
      await this.#client.delete(path, { preconditions: { uid: record.id }, signal });
    } catch (error) {
      if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error;
    }
  }
}
