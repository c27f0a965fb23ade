import { type ImageReference, parseReference, repositoryOf } from '../reference/index.ts';
import { canonicalHost, dockerHub } from './docker-hub.ts';
import { RegistryError } from './error.ts';
import { Failure } from './failure.ts';
import { sentenceOf } from './sentence.ts';

/** A repository of a registry, with the defaults of Docker Hub filled in. */
export interface Repository {
  /** `docker.io`, `quay.io`, `registry.example.com:5000` */
  readonly host: string;
  /** `library/nginx` */
  readonly path: string;
}

/** What a pull spec names. */
export interface ImageSource extends Repository {
  /** The repository as written. */
  readonly written: string;
  /** Empty when there is a digest. */
  readonly tag: string;
  /** Empty when there is none. */
  readonly digest: string;
  /** With all defaults: `docker.io/library/nginx:latest`. */
  readonly text: string;
}

const longestShown = 300;

/** Takes a pull spec apart. Throws a RegistryError `InvalidReference`. */
export function imageSource(pullSpec: string): ImageSource {
  const reference = parsed(pullSpec);
  const { host, path } = withDefaults(reference);
  const digest = reference.id.toLowerCase();
  const tag = digest === '' ? reference.tag || 'latest' : '';
  const text = `${host}/${path}${digest === '' ? `:${tag}` : `@${digest}`}`;
  return { host, path, written: repositoryOf(reference), tag, digest, text };
}

/** The same for a repository, without its tag or digest if it has one. */
export function repositorySource(repository: string): Repository {
  return withDefaults(parsed(repository));
}

function parsed(pullSpec: string): ImageReference {
  const result = parseReference(pullSpec);
  if (!result.ok) throw invalid(pullSpec, result.message);
  if (result.reference.name === '') throw invalid(pullSpec, 'it has a registry and no repository');
  const port = Number(result.reference.registry.split(':')[1] ?? '');
  if (port > 65_535) throw invalid(pullSpec, 'its port is not one');
  return result.reference;
}

function invalid(pullSpec: string, detail: string): RegistryError {
  const reference = pullSpec.length > longestShown ? `${pullSpec.slice(0, longestShown)}…` : pullSpec;
  const failure = new Failure('InvalidReference', { detail });
  return new RegistryError(failure.code, sentenceOf(failure, { host: '', reference }));
}

function withDefaults({ registry, namespace, name }: ImageReference): Repository {
  const host = canonicalHost(registry || dockerHub);
  const directory = namespace === '' && host === dockerHub ? 'library' : namespace;
  return { host, path: directory === '' ? name : `${directory}/${name}` };
}
