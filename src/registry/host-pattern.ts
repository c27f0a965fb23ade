/** Does a host with or without a port fit a pattern, label by label? Ports must be equal. */
export function hostFits(pattern: string, host: string): boolean {
  const [patternName = '', patternPort = ''] = pattern.split(':');
  const [name = '', port = ''] = host.split(':');
  const patterns = patternName.split('.');
  const labels = name.split('.');
  return (
    patternPort === port &&
    patterns.length === labels.length &&
    patterns.every((each, index) => labelFits(each, labels[index] ?? ''))
  );
}

/** `*` stands for any text within a label, `?` for one character. */
function labelFits(pattern: string, label: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let seen = 0;
  while (seen < label.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = seen;
    } else if (wanted !== undefined && (wanted === '?' || wanted === label[seen])) {
      at++;
      seen++;
    } else if (star >= 0) {
      // let the last star take one character more
      at = star + 1;
      seen = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
