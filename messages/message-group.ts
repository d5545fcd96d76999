import { createHash } from 'node:crypto';

/** SQS takes so many printable ASCII characters as a group. */
const mostCharacters = 128;

/** SQS's MessageGroupId for whose message it is: other senders have other groups, however long their names are. */
export function messageGroup(sender: string): string {
  const encoded = encodeURIComponent(sender.toWellFormed()) || '-';
  if (encoded.length <= mostCharacters) return encoded;
  const digest = createHash('sha256').update(sender).digest('hex').slice(0, 32);
  return `${encoded.slice(0, mostCharacters - digest.length - 1)}.${digest}`;
}
