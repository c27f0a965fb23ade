import type { Facts, Severity } from './finding.ts';

interface FindingKind {
  readonly severity: Severity;
  /** Follows the name of the annotation and the place in it. */
  readonly sentence: (facts: Facts) => string;
}

const meant = ({ suggestion }: Facts) => (suggestion === undefined ? '' : `; did you mean "${suggestion}"?`);
const write = ({ suggestion }: Facts) => (suggestion === undefined ? '' : `; write ${suggestion}`);

const error = (sentence: (facts: Facts) => string): FindingKind => ({ severity: 'Error', sentence });
const warning = (sentence: (facts: Facts) => string): FindingKind => ({ severity: 'Warning', sentence });

const mustBe = error((f) => `is ${f.seen} and must be ${f.allowed}${write(f)}`);
const isMissing = error((f) => `is missing; it must name ${f.allowed}${write(f)}`);

/** Every finding there is: how grave, and the sentence made of what was seen, what is allowed and what was meant. */
export const sentences = {
  NotText: mustBe,
  AnnotationTooLong: error((f) => `is ${f.seen} long; at most ${f.allowed} are read`),
  InvalidJSON: error((f) => `is not JSON: expected ${f.allowed}, found ${f.seen}${write(f)}`),
  NotAnArray: mustBe,
  TooManyEntries: error((f) => `has ${f.seen} entries; at most ${f.allowed} are read`),
  EntryNotAnObject: mustBe,
  EmptyEntry: error((f) => `is ${f.seen}, so it can never act; remove it or make it ${f.allowed}`),
  WrongType: mustBe,

  MissingFrom: isMissing,
  WrongKind: error((f) => `is ${f.seen}, but only ${f.allowed} can be followed${meant(f)}`),
  WrongAPIVersion: error((f) => `is ${f.seen}, but only ${f.allowed} is known; leave the key out`),
  MissingName: isMissing,
  NameWithoutTag: error(
    (f) =>
      `is ${f.seen}, which names no tag; it must be ${f.allowed}${f.suggestion === undefined ? '' : `, such as "${f.suggestion}"`}`,
  ),
  NameWithSlash: error((f) => `is ${f.seen}, but it must be ${f.allowed}${write(f)}`),
  NameWithDigest: error(
    (f) => `is ${f.seen}, but a digest never changes; it must be ${f.allowed}${meant(f)}`,
  ),
  InvalidStreamName: error((f) => `is ${f.seen}, but a stream is named by ${f.allowed}${meant(f)}`),
  InvalidTag: error((f) => `is ${f.seen}, but a tag is ${f.allowed}${meant(f)}`),
  InvalidNamespace: error((f) => `is ${f.seen}, but a namespace is named by ${f.allowed}${meant(f)}`),

  MissingFieldPath: isMissing,
  WrongBasePath: error((f) => `is ${f.seen}, but it must start with ${f.allowed}${write(f)}`),
  NotAContainerPath: error((f) => `is ${f.seen}, but it must go on with ${f.allowed}${write(f)}`),
  NotAnImagePath: error(
    (f) => `is ${f.seen}, but after the container it must end with ${f.allowed}${write(f)}`,
  ),
  InvalidSelector: error(
    (f) => `selects a container by ${f.seen}, which cannot be read; allowed is ${f.allowed}${write(f)}`,
  ),
  NoSuchContainer: error((f) => `selects ${f.seen}, but ${f.allowed}${meant(f)}`),
  DuplicateFieldPath: error((f) => `is ${f.seen} again, so neither is acted on; keep ${f.allowed}`),

  PausedAsString: warning(
    (f) => `is ${f.seen}; it is honoured here, but OpenShift drops the whole annotation for it${write(f)}`,
  ),
  KeyCase: warning((f) => `is read as ${f.allowed}${write(f)}`),
  UnknownKey: warning((f) => `is no key of a trigger and is ignored; there are ${f.allowed}${meant(f)}`),
  PauseKey: warning(
    (f) =>
      `is ignored, here as on OpenShift, so it does not pause the trigger; only ${f.allowed} does${meant(f)}`,
  ),
  APIVersionSet: warning(
    (f) =>
      `is ${f.seen}; it is honoured here, but OpenShift then misses changes of the stream; leave the key out`,
  ),
  TagDefaulted: warning((f) => `is ${f.seen} with an empty tag, read as ${f.allowed}${write(f)}`),
  UnreadSelector: warning(
    (f) => `selects ${f.allowed} by ${f.seen}; it is honoured here, but OpenShift cannot read it${write(f)}`,
  ),
  LooseFieldPath: warning((f) => `is ${f.seen}, read as ${f.allowed}${write(f)}`),
  OtherList: warning((f) => `names ${f.seen}, but the container is one of ${f.allowed}${write(f)}`),
  SameContainer: warning((f) => `points at ${f.seen} as well: ${f.allowed}; keep one of them`),
  KindIgnoredByOpenShift: warning(
    (f) => `is read here, but OpenShift ignores it on a ${f.seen}; OpenShift acts on ${f.allowed}`,
  ),

  MissingStream: warning(
    (f) => `names image stream ${f.seen}, which does not exist ${f.allowed} yet${meant(f)}`,
  ),
  MissingTag: warning((f) => `names tag ${f.seen}, which does not exist yet; ${f.allowed}${meant(f)}`),
  PullUnknown: warning((f) => `is ${f.seen}, and the API server could not be asked whether ${f.allowed}`),
  PullNotAllowed: warning((f) => `is ${f.seen}, but ${f.allowed}; grant it with: ${f.suggestion}`),
} as const satisfies Readonly<Record<string, FindingKind>>;
