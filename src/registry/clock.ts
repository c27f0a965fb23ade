/** Time, handed in: `now` in milliseconds since the epoch, never running backwards. */
export interface Clock {
  now(): number;
  /** Calls `callback` once after `ms` milliseconds; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}
