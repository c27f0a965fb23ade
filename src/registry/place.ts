import type { Repository } from './image-source.ts';

/** Where an image may be found. */
export interface Place extends Repository {
  readonly insecure: boolean;
  /** Not the source itself. */
  readonly mirror: boolean;
}
