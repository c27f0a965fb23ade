#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { checkCommand } from './check-command.ts';
import { controllerCommand } from './controller-command.ts';
import { enforcementCommand } from './enforcement-command.ts';
import { manifestsCommand } from './manifests-command.ts';
import { resolveCommand } from './resolve-command.ts';
import { serveCommand } from './serve-command.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';
import { webhookCommand } from './webhook-command.ts';

const program = new Command('imagestreams')
  .description("OpenShift's image streams, local lookup and image triggers for any Kubernetes")
  .version(version)
  .showHelpAfterError('(imagestreams --help lists the commands)')
  .exitOverride();

for (const command of [
  serveCommand(),
  resolveCommand(),
  webhookCommand(),
  controllerCommand(),
  manifestsCommand(),
  enforcementCommand(),
  checkCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 1;
  else if (error instanceof UsageError || process.env['IMAGESTREAMS_DEBUG'] === undefined) {
    process.stderr.write(`imagestreams: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } else throw error;
}
