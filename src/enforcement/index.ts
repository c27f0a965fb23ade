export { enforcementObjects } from './objects.ts';
export {
  breakGlassAnnotation,
  type EnforcementAction,
  type EnforcementExceptions,
  type EnforcementOptions,
  enforceLabel,
  enforcementActions,
  noExceptions,
} from './options.ts';
export { bypassPermission } from './policies.ts';
