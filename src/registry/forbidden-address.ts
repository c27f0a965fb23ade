/** A host has an address that may not be connected to. */
export class ForbiddenAddress extends Error {
  /** What kind of address it is: `a loopback address`. */
  readonly what: string;

  constructor(what: string) {
    super(what);
    this.name = 'ForbiddenAddress';
    this.what = what;
  }
}
