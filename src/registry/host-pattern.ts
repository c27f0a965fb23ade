import { globMatches } from '../reference/index.ts';

/**
 * Does a host with or without a port fit a pattern, label by label? `*` stands for any text within a label, `?` for one character.
 * Ports must be equal.
 */
export function hostFits(pattern: string, host: string): boolean {
  const [patternName = '', patternPort = ''] = pattern.split(':');
  const [name = '', port = ''] = host.split(':');
  const patterns = patternName.split('.');
  const labels = name.split('.');
  return (
    patternPort === port &&
    patterns.length === labels.length &&
    patterns.every((each, index) => globMatches(each, labels[index] ?? ''))
  );
}
