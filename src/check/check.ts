import { judgeBroken, judgePod } from './judge.ts';
import { Stage, type StageOptions } from './stage.ts';

export interface CheckOptions extends StageOptions {
  /** An image to import besides; nothing asks a registry otherwise. */
  readonly imported?: string | undefined;
  /** Workloads are left alone when tags move, and so is the Deployment. */
  readonly rollouts: boolean;
  /** Told of each thing that works. */
  readonly tell: (sentence: string) => void;
}

/**
 * Plays what image streams are for in one namespace, from a pushed image to a rollout, and takes away what it made. No Pod runs.
 *
 * @throws CheckError at the first thing that does not work
 */
export async function check(options: CheckOptions): Promise<void> {
  const { cast, imported, rollouts, tell } = options;
  const stage = new Stage(options);
  try {
    await stage.pushStream();
    await stage.point('v1');
    tell('an alias has the image of the tag that it points to');
    judgePod(await stage.dryPod(), cast, 'v1');
    tell('a Pod that names the alias gets its digest');
    judgeBroken(await stage.dryBroken(), cast);
    tell('a broken trigger annotation is refused');
    await stage.deploy('v1');
    tell('a Deployment that follows the alias has its image');
    await stage.point('v2');
    if (rollouts) await stage.rolledOut('v2');
    tell(rollouts ? 'the alias moved, and the Deployment with it' : 'the alias moved');
    if (imported === undefined) return;
    await stage.imports(imported);
    tell(`"${imported}" is imported`);
  } finally {
    await stage.remove();
  }
}
