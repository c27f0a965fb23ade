/** Every metric of this project begins with it. */
export const METRIC_PREFIX = 'imagestreams_';
