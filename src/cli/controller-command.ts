import type { Command } from 'commander';
import { type ControllerOptions, controllerOptions } from './controller-options.ts';
import { spareHeap } from './sparing-heap.ts';

/** `imagestreams controller`: imports, schedule and aliases of a cluster's image streams. */
export function controllerCommand(): Command {
  return controllerOptions().action(async (options: ControllerOptions) => {
    spareHeap();
    if (!options.imageStreams) {
      const { runCertificates } = await import('./certificates-process.ts');
      return await runCertificates(options);
    }
    // loaded only here, as the webhook needs nothing of what asks registries
    const { runController } = await import('./controller-process.ts');
    await runController(options);
  });
}
