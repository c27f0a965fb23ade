import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** The top of the checkout. */
export const checkout = join(import.meta.dirname, '..');

/** Runs a program without a shell; gives all that it says. @throws Error with its own words when it fails */
export function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: checkout, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(new Error(`${program} ${args.join(' ')} failed: ${stderr.trim() || error.message}`));
    });
  });
}
