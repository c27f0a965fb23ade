import manifest from '../../package.json' with { type: 'json' };

export const version: string = manifest.version;

/** How this program names itself to the API server. */
export const userAgent = `imagestreams/${version}`;
