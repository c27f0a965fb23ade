import { type CommandResult, runCommand } from './command.ts';

/** Which kubectl, as whom. */
export interface KubectlAccess {
  readonly program: string;
  readonly kubeconfig: string;
  /** Where it may keep what it learned about the API; never a person's home directory. */
  readonly cache: string;
}

export interface KubectlSettings {
  readonly input?: string;
  /** Return a failed run instead of throwing. */
  readonly allowFailure?: boolean;
  readonly timeoutMs?: number;
}

/**
 * Runs kubectl.
 *
 * @throws Error with the command and what it wrote on standard error, unless failure is allowed
 */
export async function kubectl(
  { program, kubeconfig, cache }: KubectlAccess,
  args: readonly string[],
  { input, allowFailure = false, timeoutMs }: KubectlSettings = {},
): Promise<CommandResult> {
  const env = { KUBECONFIG: kubeconfig, KUBECACHEDIR: cache, KUBERC: 'off' };
  const result = await runCommand(program, args, {
    env,
    ...(input === undefined ? {} : { input }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  if (result.code === 0 || allowFailure) return result;
  throw new Error(`kubectl ${args.join(' ')} failed with ${result.code}: ${result.stderr.trim()}`);
}
