import type { Tracing } from '../telemetry/index.ts';
import type { Importer } from './import-runner.ts';

type Work = (key: string, signal: AbortSignal) => Promise<void>;

/** The same work, each time as a span that tells the key; itself where nothing is traced. */
export function tracedWork(tracing: Tracing | undefined, name: string, attribute: string, work: Work): Work {
  if (tracing === undefined) return work;
  return (key, signal) => tracing.begin(name, { [attribute]: key }, () => work(key, signal));
}

/** The same importer, each import as a span. Registries are not told of the trace. */
export function tracedImporter(tracing: Tracing | undefined, importer: Importer): Importer {
  if (tracing === undefined) return importer;
  return {
    find: (stream, request, known, signal) => {
      const attributes = { 'imagestreams.stream': stream.key, 'imagestreams.tag': request.tag };
      return tracing.begin('import', attributes, () => importer.find(stream, request, known, signal));
    },
    tags: (stream, request, signal) => {
      const attributes = { 'imagestreams.stream': stream.key };
      return tracing.begin('list tags', attributes, () => importer.tags(stream, request, signal));
    },
  };
}
