/** What would become of workloads if a tag moved, for whoever may see them: authentication, permissions, HTTPS. */
export type { PreviewedContainer, TagMovePreview } from './answer.ts';
export { PreviewError, type PreviewErrorCode } from './error.ts';
export { PreviewMetrics } from './metrics.ts';
export { PreviewServer, type PreviewServerOptions } from './server.ts';
export { type PreviewRequest, PreviewService, type PreviewServiceOptions } from './service.ts';
