import { join } from 'node:path';
import type { LocalImages } from './index.ts';
import { podImage } from './pod-manifests.fixture.ts';

/** For an agent that is to run `pod.fixture.ts`. */
export const podProgram: LocalImages = {
  [podImage]: { entrypoint: ['node', join(import.meta.dirname, 'pod.fixture.ts')] },
};
