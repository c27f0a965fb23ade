const TERMINAL_EVERY_MS = 1_000;
const PIPE_EVERY_MS = 20_000;

/** Tells a waiting person what is going on, on standard error: one changing line on a terminal, else a line now and then. */
export class Progress {
  readonly #out: NodeJS.WriteStream;

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  say(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /** Shows `text` and the time it takes while `task` runs. */
  async during<T>(text: string, task: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const line = () => `${text} (${elapsed(performance.now() - began)})`;
    const terminal = this.#out.isTTY === true;
    const show = () => this.#out.write(terminal ? `\r\u001b[K${line()} ` : `${line()}\n`);
    if (terminal) show();
    else this.say(`${text} …`);
    const timer = setInterval(show, terminal ? TERMINAL_EVERY_MS : PIPE_EVERY_MS);
    try {
      const result = await task();
      this.#out.write(terminal ? `\r\u001b[K${line()}\n` : `${line()} done\n`);
      return result;
    } catch (error) {
      if (terminal) this.#out.write('\n');
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}

function elapsed(ms: number): string {
  const seconds = Math.round(ms / 100) / 10;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
