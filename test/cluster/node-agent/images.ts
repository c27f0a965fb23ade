/** What stands for an image: a program of this machine. */
export interface LocalImage {
  readonly entrypoint: readonly string[];
  /** What follows the entrypoint when the container has neither `command` nor `args`. */
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** By `repository` for any tag and digest, or by `repository:tag` for that one. */
export type LocalImages = Readonly<Record<string, LocalImage>>;

/** Finds what stands for an image; undefined for one that cannot be "pulled". */
export function localImage(images: LocalImages, image: string): LocalImage | undefined {
  const [name = ''] = image.split('@');
  const repository = name.replace(/:[^:/]*$/, '');
  return images[name] ?? images[repository];
}

/** The command line of a container, as `command` and `args` change the image's own. */
export function commandLine(
  { entrypoint, cmd = [] }: LocalImage,
  command: readonly string[] | undefined,
  args: readonly string[] | undefined,
): readonly string[] {
  if (command !== undefined && command.length > 0) return [...command, ...(args ?? [])];
  return [...entrypoint, ...(args ?? cmd)];
}
