import { readFileSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { StreamIndex, type StreamSource } from '../admission/index.ts';
import type { ResolvableStream } from '../imagestream/index.ts';
import { manifestPaths, unreadable } from './manifest-paths.ts';
import { type DeclaredStream, streamsOf } from './stream-manifests.ts';
import { UsageError } from './usage-error.ts';

/** What a look at the directory brought. */
export interface StreamNews {
  /** Streams that appeared or say something else now. */
  readonly changed: readonly DeclaredStream[];
  /** `NAMESPACE/NAME` of those that are gone. */
  readonly gone: readonly string[];
  /** What is wrong and was not before, one line each. */
  readonly problems: readonly string[];
  /** Something was wrong, and nothing is any more. */
  readonly mended: boolean;
}

interface FileState {
  /** Tells whether the file has been written since. */
  readonly stamp: string;
  /** The last good state. */
  readonly streams: readonly DeclaredStream[];
  readonly problems: readonly string[];
}

/** The image streams of a directory of manifests, read when asked to; a broken edit leaves a file's last good state. */
export class StreamDirectory implements StreamSource {
  readonly path: string;
  readonly #namespace: string;
  #files: ReadonlyMap<string, FileState> = new Map();
  #streams: ReadonlyMap<string, DeclaredStream> = new Map();
  #problems: ReadonlySet<string> = new Set();
  readonly #index = new StreamIndex();
  #listener: (news: StreamNews) => void = () => {};
  #stale = false;

  /** Throws a UsageError when the directory cannot be read, holds no stream, or anything in it is wrong. */
  constructor(path: string, namespace: string) {
    this.path = path;
    this.#namespace = namespace;
    const { problems } = this.refresh();
    const [first, ...others] = problems;
    if (first !== undefined) {
      throw new UsageError(others.length === 0 ? first : `${first} (and ${others.length} more)`);
    }
    if (this.#streams.size === 0) {
      throw new UsageError(
        `there is no image stream in ${path}; give a directory with manifests (*.yaml, *.yml, *.json) of kind ImageStream`,
      );
    }
  }

  /** All streams, in the order of the files. */
  get streams(): readonly DeclaredStream[] {
    return [...this.#streams.values()];
  }

  get size(): number {
    return this.#index.size;
  }

  /** Calls back with what a later look brings, if it brings anything. */
  onNews(listener: (news: StreamNews) => void): void {
    this.#listener = listener;
  }

  /** Something happened in the directory: whoever asks next makes it look again first. */
  markStale(): void {
    this.#stale = true;
  }

  get(namespace: string, name: string): ResolvableStream | undefined {
    if (this.#stale) this.refresh();
    return this.#index.get(namespace, name);
  }

  names(namespace: string): Iterable<string> {
    return this.#index.names(namespace);
  }

  lookup(namespace: string, name: string): Promise<ResolvableStream | undefined> {
    this.refresh();
    return Promise.resolve(this.#index.get(namespace, name));
  }

  /**
   * Reads what was written since the last look. On purpose in one synchronous go: no review ever sees one file's new state
   * beside another's old one. Never throws; what cannot be read leaves things as they were.
   */
  refresh(): StreamNews {
    this.#stale = false;
    const { files, unlisted } = this.#read();
    const { streams, duplicates } = merged(files);
    const broken = Array.from(files.values(), (file) => file.problems);
    const problems = new Set([...unlisted, ...broken.flat(), ...duplicates]);
    const news: StreamNews = {
      changed: [...streams].flatMap(([key, now]) =>
        isDeepStrictEqual(this.#streams.get(key)?.stream, now.stream) ? [] : [now],
      ),
      gone: [...this.#streams.keys()].filter((key) => !streams.has(key)),
      problems: [...problems].filter((problem) => !this.#problems.has(problem)),
      mended: this.#problems.size > 0 && problems.size === 0,
    };
    this.#files = files;
    this.#streams = streams;
    this.#problems = problems;
    this.#reindex(news);
    if (news.mended || news.changed.length + news.gone.length + news.problems.length > 0)
      this.#listener(news);
    return news;
  }

  #reindex({ changed, gone }: StreamNews): void {
    for (const { namespace, name, stream } of changed) this.#index.set(namespace, name, stream);
    for (const key of gone) {
      const [namespace = '', name = ''] = key.split('/');
      this.#index.delete(namespace, name);
    }
  }

  #read(): { readonly files: ReadonlyMap<string, FileState>; readonly unlisted: readonly string[] } {
    const files = new Map<string, FileState>();
    try {
      for (const path of manifestPaths(this.path)) {
        const state = this.#readFile(path, this.#files.get(path));
        if (state !== undefined) files.set(path, state);
      }
    } catch (error) {
      if (error instanceof UsageError) return { files: this.#files, unlisted: [error.message] };
      throw error;
    }
    return { files, unlisted: [] };
  }

  /** Undefined for a file that is gone since it was listed. */
  #readFile(path: string, known: FileState | undefined): FileState | undefined {
    const streams = known?.streams ?? [];
    let stamp = '';
    try {
      const { mtimeMs, size, ino } = statSync(path);
      stamp = `${mtimeMs} ${size} ${ino}`;
      if (stamp === known?.stamp) return known;
      const read = streamsOf(path, readFileSync(path, 'utf8'), this.#namespace);
      return read.ok
        ? { stamp, streams: read.streams, problems: [] }
        : { stamp, streams, problems: read.problems };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      return { stamp, streams, problems: [unreadable(path, error)] };
    }
  }
}

/** One map of all files' streams; where two declare the same, the first in name order counts. */
function merged(files: ReadonlyMap<string, FileState>) {
  const streams = new Map<string, DeclaredStream>();
  const owners = new Map<string, string>();
  const duplicates: string[] = [];
  for (const [file, state] of files) {
    for (const stream of state.streams) {
      const key = `${stream.namespace}/${stream.name}`;
      const owner = owners.get(key);
      if (owner === undefined) {
        owners.set(key, file);
        streams.set(key, stream);
      } else duplicates.push(`${file}: image stream ${key} is already in ${owner}; keep one of them`);
    }
  }
  return { streams, duplicates };
}
