import { fileRef } from '../tasks/define-task.ts';

/**
 * A run's result, or any other JSON value, in a few words: scalars first, then lists as counts, files as `s3://…`, and
 * objects in brackets. Empty if there is nothing to say.
 */
export function describeResult(result: unknown): string {
  if (result === null || result === undefined) return '';
  if (typeof result !== 'object' || Array.isArray(result)) return describeValue(result);
  return describeFields(result);
}

/** One value in a few words: an empty list is `none`, a longer one its items; what only machines read is shortened. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return shortened(value);
  if (Array.isArray(value)) return value.map(describeValue).join(', ') || 'none';
  if (typeof value === 'object') return describeFields(value) || 'nothing';
  return String(value);
}

type Kind = 'scalar' | 'list' | 'file' | 'object';
const order: readonly Kind[] = ['scalar', 'list', 'file', 'object'];

function describeFields(fields: object): string {
  const said = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => describeField(words(name), value));
  return order
    .flatMap((kind) => said.filter((field) => field.kind === kind))
    .map(({ text }) => text)
    .join(', ');
}

function describeField(name: string, value: unknown): { kind: Kind; text: string } {
  if (Array.isArray(value)) return { kind: 'list', text: `${name}: ${value.length}` };
  const file = fileRef.safeParse(value).data;
  if (file) return { kind: 'file', text: `${name} s3://${file.bucket}/${shortened(file.key)}` };
  if (typeof value === 'object') return { kind: 'object', text: `${name} (${describeValue(value)})` };
  if (typeof value === 'boolean') return { kind: 'scalar', text: value ? name : `not ${name}` };
  return { kind: 'scalar', text: `${name} ${describeValue(value)}` };
}

/** `errorReport` is an error report. */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
}

const longestText = 80;

/** Of ids and hashes the first eight digits tell enough; a long text tells enough by its beginning. */
function shortened(text: string): string {
  const line = text.split('\n')[0] ?? '';
  const short = line.replaceAll(/\b[0-9a-f]{8}[0-9a-f-]{8,}\b/g, (id) => `${id.slice(0, 8)}…`);
  return short.length <= longestText ? short : `${short.slice(0, longestText - 1)}…`;
}
