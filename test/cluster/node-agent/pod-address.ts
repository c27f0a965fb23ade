/** First of the second bytes that addresses here have: below are those of Services and of kwok's pods. */
const LOWEST = 64;

/**
 * The address on this machine that stands for a pod's or a node's: 127.x.y.z for 10.x.y.z. Linux lets anybody bind to all
 * of 127.0.0.0/8, and the API server takes no loopback address for a pod's.
 *
 * @returns undefined for addresses that no agent hands out
 */
export function loopbackOf(address: string): string | undefined {
  const [, second, rest] = /^10\.(\d{1,3})(\.\d{1,3}\.\d{1,3})$/.exec(address) ?? [];
  return second === undefined || Number(second) < LOWEST ? undefined : `127.${second}${rest}`;
}

/** The addresses of one node, 10.x.y.0/24; the first is the node's own. */
export class Subnet {
  readonly #prefix: string;
  readonly #taken = new Set<number>([0, 1, 255]);
  #next = 2;

  constructor(second: number, third: number) {
    this.#prefix = `10.${second}.${third}`;
  }

  static random(random: () => number): Subnet {
    return new Subnet(LOWEST + Math.floor(random() * (256 - LOWEST)), Math.floor(random() * 256));
  }

  get node(): string {
    return `${this.#prefix}.1`;
  }

  /** An address for a pod, each in its turn, so that one is not used again at once. */
  take(): string {
    if (this.#taken.size === 256) throw new Error(`${this.#prefix}.0/24 has no address left`);
    while (this.#taken.has(this.#next)) this.#next = (this.#next + 1) % 256;
    const address = this.#next;
    this.#taken.add(address);
    this.#next = (address + 1) % 256;
    return `${this.#prefix}.${address}`;
  }

  release(address: string): void {
    this.#taken.delete(Number(address.slice(address.lastIndexOf('.') + 1)));
  }
}
