import { imageStreamGroup } from '../imagestream/index.ts';

/** The version in which the controller reads and writes: spec and status at once. */
export const storedVersion = 'v1stored';

/** All ImageStreams, in that version. */
export const storedStreams = {
  group: imageStreamGroup,
  version: storedVersion,
  resource: 'imagestreams',
} as const;
