/** Every place that says which version this is. */
export interface Versions {
  /** The tag that is released; absent between releases. */
  readonly tag?: string | undefined;
  /** `version` of package.json. */
  readonly package: string;
  /** The same of package-lock.json. */
  readonly lock: string;
  /** `version` of Chart.yaml. */
  readonly chart: string;
  /** `appVersion` of Chart.yaml, which the image's tag comes from. */
  readonly app: string;
}

const semantic = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** What does not fit, a sentence each: one release has one version, of program, image and chart. */
export function versionProblems(versions: Versions): readonly string[] {
  const { tag, package: version, lock, chart, app } = versions;
  const problems: string[] = [];
  if (!semantic.test(version))
    problems.push(`version in package.json is "${version}"; write MAJOR.MINOR.PATCH`);
  const places = {
    'version in package-lock.json': lock,
    'version in Chart.yaml': chart,
    'appVersion in Chart.yaml': app,
  };
  for (const [place, said] of Object.entries(places)) {
    if (said !== version) problems.push(`${place} is "${said}", and version in package.json "${version}"`);
  }
  if (tag !== undefined && tag !== `v${version}`) {
    problems.push(`the tag is "${tag}"; for version ${version} it has to be "v${version}"`);
  }
  return problems;
}
