/** Replaces `$(NAME)` by the variable's value; `$$` stands for one `$`, and an unknown name is left as it is. */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name?: string) => {
    if (name === undefined) return '$';
    return variables[name] ?? whole;
  });
}
