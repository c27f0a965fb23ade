import { shown } from './refusal.ts';
import type { UserInfo } from './request.ts';

/** A user as a message names him. */
export function userOf({ username = '' }: UserInfo): string {
  return `user "${shown(username)}"`;
}

/** The user as the subject of `kubectl create rolebinding`, and the beginning of a name for it. */
export function roleSubject({ username = '' }: UserInfo): {
  readonly option: string;
  readonly prefix: string;
} {
  const account = /^system:serviceaccount:([^:]+:[^:]+)$/.exec(username)?.[1];
  const option = account === undefined ? `--user=${word(username)}` : `--serviceaccount=${word(account)}`;
  return { option, prefix: bindingName(account ?? username) };
}

/** A name of a RoleBinding need not tell more. */
const mostWords = 8;

function bindingName(username: string): string {
  const words = username.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words
    .slice(0, mostWords)
    .map((each) => `${each}-`)
    .join('');
}

/** Text as a shell takes it for one word. */
function word(text: string): string {
  const short = shown(text);
  return /^[\w@:.+-]+$/.test(short) ? short : `'${short.replaceAll("'", "'\\''")}'`;
}
