/** A time as `metav1.Time` has it: RFC 3339 in UTC, whole seconds. @param milliseconds since the epoch */
export function metaTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
