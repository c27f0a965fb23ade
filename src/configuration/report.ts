/** Something about a document that a person wrote. */
export interface Finding<Code extends string> {
  readonly code: Code;
  /** Where it stands in the document, as in `executionRules[0].matchRegistries[1]`; empty for the document itself. */
  readonly field: string;
  /** One sentence for a person: field, what was seen, what is allowed, the fix. */
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** Collects findings, so that a person sees all of them at once. */
export class Report<ErrorCode extends string, WarningCode extends string = never> {
  readonly errors: Finding<ErrorCode>[] = [];
  readonly warnings: Finding<WarningCode>[] = [];
  readonly #document: string;

  /** @param document what messages call the whole of it, such as `the image policy` */
  constructor(document: string) {
    this.#document = document;
  }

  error(code: ErrorCode, field: string, sentence: string, suggestion?: string): void {
    this.errors.push(this.#finding(code, field, sentence, suggestion));
  }

  warn(code: WarningCode, field: string, sentence: string, suggestion?: string): void {
    this.warnings.push(this.#finding(code, field, sentence, suggestion));
  }

  #finding<Code extends string>(
    code: Code,
    field: string,
    sentence: string,
    suggestion: string | undefined,
  ): Finding<Code> {
    const message = `${field === '' ? this.#document : field}: ${sentence}`;
    if (suggestion === undefined) return { code, field, message };
    return { code, field, message: `${message}; did you mean ${suggestion}?`, suggestion };
  }
}
