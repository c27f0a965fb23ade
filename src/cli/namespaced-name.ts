import { UsageError } from './usage-error.ts';

/** Reads `NAMESPACE/NAME`, the value of an option. @throws UsageError */
export function namespacedName(
  text: string,
  option: string,
): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = '', ...rest] = text.split('/');
  if (namespace === '' || name === '' || rest.length > 0) {
    throw new UsageError(`${option} is "${text}"; write NAMESPACE/NAME`);
  }
  return { namespace, name };
}
