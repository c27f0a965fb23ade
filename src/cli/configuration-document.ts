import { parse } from 'yaml';

/** What stands in a configuration, or the sentence that says why it cannot be read. */
export type ReadDocument = { readonly document: unknown } | { readonly problem: string };

/** Reads YAML or JSON. @param source what messages call it, such as `policy file FILE` */
export function documentIn(text: string, source: string): ReadDocument {
  try {
    return { document: parse(text, { prettyErrors: false }) as unknown };
  } catch (error) {
    return { problem: `${source} cannot be read: ${(error as Error).message}` };
  }
}

/** The sentence for a document with errors, one line for each of them. */
export function unusable(source: string, errors: readonly { readonly message: string }[]): string {
  return `${source} cannot be used:${errors.map(({ message }) => `\n  ${message}`).join('')}`;
}
