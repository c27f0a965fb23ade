export { bypassPermission } from './break-glass.ts';
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
