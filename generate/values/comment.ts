/** What a comment above a value says. */
export interface Comment {
  /** The section that begins here. */
  readonly section?: string;
  /** What the value is, in Markdown. */
  readonly text: string;
  /** What follows `+docs:`, as `minimum` → `1`; empty where nothing follows the name. */
  readonly tags: ReadonlyMap<string, string>;
}

const tagLine = /^\+docs:([a-z-]+)(?:=(.*))?$/;

/**
 * Reads a comment in the manner of trust-manager's values: sentences, then lines of `+docs:NAME` or `+docs:NAME=VALUE`. Only the last
 * paragraph is about the value; `+docs:section` may stand before it.
 *
 * @param comment lines without `#`, as the YAML library gives them
 */
export function readComment(comment: string): Comment {
  const paragraphs = comment.split(/\n[ \t]*(?:\n|$)/).map(readParagraph);
  const own = paragraphs.at(-1) ?? readParagraph('');
  const section = paragraphs.flatMap(({ tags }) => tags.get('section') ?? []).at(-1);
  const tags = new Map([...own.tags].filter(([name]) => name !== 'section'));
  return { ...(section !== undefined && { section }), text: own.text, tags };
}

function readParagraph(paragraph: string): { readonly text: string; readonly tags: Map<string, string> } {
  const lines = paragraph.split('\n').map((line) => line.trim());
  const tags = new Map<string, string>();
  const sentences = lines.filter((line) => {
    const [, name, value = ''] = tagLine.exec(line) ?? [];
    if (name !== undefined) tags.set(name, value);
    return name === undefined;
  });
  return { text: sentences.join(' ').trim(), tags };
}
