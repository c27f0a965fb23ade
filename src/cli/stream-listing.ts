import type { DeclaredStream } from './stream-manifests.ts';

const mostTags = 8;

/** One line about a stream: `myproject/keycloak: 20, 20.0.2; local lookup on`. */
export function streamLine({ namespace, name, stream }: DeclaredStream): string {
  return `${namespace}/${name}: ${tagList(stream)}; ${lookup(stream)}`;
}

/** A stream in columns: name, local lookup, tags. */
export function streamCells({ namespace, name, stream }: DeclaredStream): readonly string[] {
  return [`${namespace}/${name}`, lookup(stream), tagList(stream)];
}

function lookup({ local }: DeclaredStream['stream']): string {
  return `local lookup ${local ? 'on' : 'off'}`;
}

function tagList({ tags }: DeclaredStream['stream']): string {
  if (tags.length === 0) return 'no tags';
  const shown = tags
    .slice(0, mostTags)
    .map(({ name, state }) => (state === 'Image' ? name : `${name} (no image)`));
  const rest = tags.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
