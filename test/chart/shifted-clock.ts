/**
 * Loaded into a pod's program: its clocks show what a file makes of them. `wallMs` is what setting the machine's clock does, `steadyMs` is
 * time that passes. Timers are left alone. Types are stripped, and nothing is imported but Node's own.
 */
import { readFileSync } from 'node:fs';

interface Shift {
  readonly wallMs: number;
  readonly steadyMs: number;
}

const file = process.env['TEST_CLOCKS'] ?? '';
const read = (): Shift => JSON.parse(readFileSync(file, 'utf8'));
const { now } = Date;
const steady = performance.now.bind(performance);
const { timeOrigin } = performance;
const wall = () => {
  const { wallMs, steadyMs } = read();
  return now() + wallMs + steadyMs;
};

Date.now = wall;
globalThis.Date = new Proxy(Date, {
  apply: () => new Date(wall()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [wall()] : args, newTarget),
});
Object.defineProperty(performance, 'now', { value: () => steady() + read().steadyMs });
// where the wall clock was when the program began
Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin + read().wallMs });
