/** Something the person who typed the command can mend: printed as one line, exit code 1, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
