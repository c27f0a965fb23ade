import { readFileSync, statSync } from 'node:fs';
import { text as allOf } from 'node:stream/consumers';
import { Command } from 'commander';
import type { Surroundings } from '../admission/index.ts';
import { AskedNamespaces } from './asked-namespaces.ts';
import { manifestPaths, unreadable } from './manifest-paths.ts';
import { printable } from './printable.ts';
import { type ResolvedManifest, resolveManifest } from './resolve-manifest.ts';
import { type SettingsOptions, settingsOf, withSettings } from './settings.ts';
import { StreamDirectory } from './stream-directory.ts';
import { UsageError } from './usage-error.ts';

interface ResolveOptions extends SettingsOptions {
  readonly streams: string;
  readonly filename: readonly string[];
  readonly namespace: string;
}

interface Input {
  /** As messages call it. */
  readonly name: string;
  readonly text: string;
}

/** `imagestreams resolve`: what the webhook would make of manifests, without a cluster. */
export function resolveCommand(): Command {
  return withSettings(
    new Command('resolve')
      .description(
        'write manifests with image names resolved; what the webhook would say goes to standard error',
      )
      .requiredOption('--streams <dir>', 'directory with manifests of image streams')
      .requiredOption('-f, --filename <path...>', 'files or directories with manifests; - is standard input')
      .option('-n, --namespace <name>', 'namespace of objects whose manifest names none', 'default')
      .addHelpText(
        'after',
        '\nExit code 1, and nothing on standard output, when the webhook would refuse an object.',
      ),
    ['policy', 'workloadKinds', 'unresolved', 'integratedRegistry', 'imageVolumes'],
  ).action((options: ResolveOptions) => resolve(options));
}

async function resolve(options: ResolveOptions): Promise<void> {
  const tell = (line: string) => process.stderr.write(`${printable(line)}\n`);
  const settings = await settingsOf(options, tell);
  const streams = new StreamDirectory(options.streams, options.namespace);
  const asked = new AskedNamespaces(streams);
  const around: Surroundings = { settings, streams: asked };
  const resolved: ResolvedManifest[] = [];
  for (const { name, text } of await inputsOf(options.filename)) {
    const manifest = await resolveManifest(name, text, options.namespace, around);
    for (const line of [...manifest.errors, ...manifest.warnings]) tell(line);
    resolved.push(manifest);
  }
  const existing = streams.streams.map(({ namespace }) => namespace);
  const hint = asked.hint(options.namespace, existing);
  if (hint !== undefined) tell(hint);
  if (resolved.some(({ errors }) => errors.length > 0)) process.exitCode = 1;
  // half of a set of manifests, or one with a name left in it, must not reach a `kubectl apply -f -` behind a pipe
  else write(joined(resolved.map(({ text }) => text)));
}

function write(text: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` has read enough
    if (error.code !== 'EPIPE') throw error;
  });
  process.stdout.write(text);
}

async function inputsOf(paths: readonly string[]): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const path of paths) {
    if (path === '-') inputs.push({ name: 'standard input', text: await allOf(process.stdin) });
    else inputs.push(...filesAt(path));
  }
  return inputs;
}

function filesAt(path: string): readonly Input[] {
  try {
    if (!statSync(path).isDirectory()) return [{ name: path, text: readFileSync(path, 'utf8') }];
    const files = manifestPaths(path).map((file) => ({ name: file, text: readFileSync(file, 'utf8') }));
    if (files.length > 0) return files;
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(unreadable(path, error));
  }
  throw new UsageError(`there is no manifest (*.yaml, *.yml, *.json) in ${path}`);
}

/** One stream of documents. A single file is left as it is; JSON after others, or before, needs the marker to be told apart. */
function joined(texts: readonly string[]): string {
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return only;
  return texts
    .map((text, index) => {
      const marked = text.startsWith('---') || (index === 0 && !text.trimStart().startsWith('{'));
      const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
      return marked ? ended : `---\n${ended}`;
    })
    .join('');
}
