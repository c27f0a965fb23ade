import type { TriggerWriter } from '../triggers/index.ts';
import { isWrittenBy, managedFieldsOf } from '../workloads/index.ts';
import { objectOf } from './object-name.ts';
import type { AdmissionRequest } from './request.ts';
import { type AdmissionSettings, controllerUser } from './settings.ts';

/** Who writes, as far as triggers look at it. */
export function triggerWriterOf(request: AdmissionRequest, settings: AdmissionSettings): TriggerWriter {
  const user = request.userInfo?.username ?? '';
  if (user === controllerUser(settings)) return { kind: 'Controller' };
  const manager = request.options?.fieldManager ?? '';
  const restores = manager === '' && isRollback(request);
  return { kind: 'User', name: user, deliberate: restores || namesSingleFields(manager), restores };
}

/** Field managers of kubectl that send a manifest; all others of its own name the command that was typed: `kubectl-set`. */
const manifestManagers: readonly string[] = [
  'kubectl-client-side-apply',
  'kubectl-create',
  'kubectl-replace',
];

function namesSingleFields(manager: string): boolean {
  return manager.startsWith('kubectl-') && !manifestManagers.includes(manager);
}

/** Field managers that the API server puts down for the tools themselves, when a request names none. */
const tools: readonly string[] = ['kubectl', 'oc'];

/** `kubectl rollout undo` is the one command that writes workloads without a field manager, under the tool's own name. */
function isRollback({ object, oldObject }: AdmissionRequest): boolean {
  const before = new Set(managedFieldsOf(objectOf(oldObject)).map((entry) => JSON.stringify(entry)));
  return managedFieldsOf(objectOf(object)).some(
    (entry) => tools.some((tool) => isWrittenBy(entry, tool)) && !before.has(JSON.stringify(entry)),
  );
}
