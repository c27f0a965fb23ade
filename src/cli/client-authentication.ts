import type { Command } from 'commander';
import { type Clock, systemClock } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { type AcceptedClients, AuthoritiesFile, type RefusedClient, TlsError } from '../tls/index.ts';
import { UsageError } from './usage-error.ts';

/** Who may ask for reviews. */
export interface ClientOptions {
  readonly clientCaFile?: string;
  readonly clientName: readonly string[];
}

export function withClientOptions(command: Command): Command {
  return command
    .option(
      '--client-ca-file <file>',
      'PEM of authorities; who asks for reviews needs a certificate of one (default: everybody may ask)',
    )
    .option(
      '--client-name <name...>',
      'common names or DNS names of which that certificate must have one (default: any)',
      [],
    );
}

/** A reason is worth a line so often: whoever is refused may come again and again. */
const complaintMs = 60_000;
/** Reasons hold names that a client chose, or at least its authority. */
const mostReasons = 100;

/** The clients that the options admit, as the file with their authorities changes; whoever is refused is told of in the log. */
export class ClientAuthentication {
  readonly accepted: AcceptedClients;
  readonly #file: AuthoritiesFile;
  readonly #logger: Logger;
  readonly #clock: Pick<Clock, 'now'>;
  /** When each reason was last told. */
  readonly #told = new Map<string, number>();

  private constructor(
    file: AuthoritiesFile,
    names: readonly string[],
    logger: Logger,
    clock: Pick<Clock, 'now'>,
  ) {
    this.#file = file;
    this.#logger = logger;
    this.#clock = clock;
    this.accepted = { authorities: file.current, names, onRefused: (client) => this.#tell(client) };
  }

  /** Undefined where everybody may ask. @throws UsageError */
  static async of(
    { clientCaFile: file, clientName }: ClientOptions,
    logger: Logger,
    clock: Pick<Clock, 'now'> = systemClock,
  ): Promise<ClientAuthentication | undefined> {
    if (file === undefined) {
      if (clientName.length === 0) return undefined;
      throw new UsageError('--client-name needs --client-ca-file, the authorities whose word counts for it');
    }
    try {
      const authorities = await AuthoritiesFile.start({ file, logger });
      return new ClientAuthentication(authorities, clientName, logger, clock);
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      throw new UsageError(`--client-ca-file: ${error.message}`);
    }
  }

  onChange(listener: (authorities: string) => void): void {
    this.#file.onChange(listener);
  }

  close(): void {
    this.#file.close();
  }

  #tell({ address, reason }: RefusedClient): void {
    const now = this.#clock.now();
    if (now - (this.#told.get(reason) ?? Number.NEGATIVE_INFINITY) < complaintMs) return;
    if (this.#told.size >= mostReasons) this.#told.clear();
    this.#told.set(reason, now);
    this.#logger.warn({ address }, `A client was turned away: ${reason}.`);
  }
}
