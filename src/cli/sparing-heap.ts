import { setFlagsFromString } from 'node:v8';

/**
 * Where memory is not limited, V8 lets garbage grow to three times what is in use before it collects it. The controller's
 * requests come in bursts and leave much, so that one large move would take 80 MiB for good (bench/README.md).
 */
export function spareHeap(): void {
  setFlagsFromString('--heap-growing-percent=30');
}
