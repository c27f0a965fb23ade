/** Fields that never belong in a log, whatever object carries them. */
const SECRET_FIELDS = ['authorization', 'Authorization', 'password', 'token', 'key', 'cookie'] as const;

/** Where they are looked for: at the top of a log line and up to two objects down (`req.headers.authorization`). */
export const SECRET_PATHS: readonly string[] = SECRET_FIELDS.flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
]);
