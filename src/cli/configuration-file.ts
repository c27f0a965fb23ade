import { readFile } from 'node:fs/promises';
import { UsageError } from './usage-error.ts';

/** What a ConfigMap can hold. */
const mostBytes = 1024 * 1024;

/**
 * The text of a file that configures the program.
 * @param source what messages call it, such as `policy file FILE`
 * @throws UsageError when it cannot be read
 */
export async function configurationText(file: string, source: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    if (text.length > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    return text;
  } catch (error) {
    throw new UsageError(`${source} cannot be read: ${(error as Error).message}`);
  }
}
