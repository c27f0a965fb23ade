/** Stands for a test run that gets killed: starts programs under supervision, says which, and waits. */
import { Supervision } from './index.ts';

const supervision = await Supervision.begin({ prefix: 'imagestreams-owner-' });
const polite = await supervision.start({
  name: 'polite',
  command: process.execPath,
  args: ['-e', 'setInterval(() => {}, 1000)'],
});
// The shell ignores SIGTERM, and so does the child that it starts.
const stubborn = await supervision.start({
  name: 'stubborn',
  command: 'sh',
  args: ['-c', "trap '' TERM; sleep 1000 & echo $!; wait"],
});
await stubborn.ready(async () => stubborn.log().includes('\n'));
const pids = [supervision.pid, polite.pid, stubborn.pid, Number(stubborn.log())];
process.stdout.write(`${JSON.stringify({ directory: supervision.directory, pids })}\n`);
setInterval(() => undefined, 60_000);
