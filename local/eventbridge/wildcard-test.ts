/** Compiles EventBridge's wildcard: `*` stands for any characters, `\*` and `\\` for themselves; no two `*` in a row. */
export function wildcardTest(
  wildcard: string,
  refuse: (reason: string) => Error,
): (value: string) => boolean {
  const pieces = [''];
  for (let index = 0; index < wildcard.length; index += 1) {
    const character = wildcard[index] ?? '';
    if (character === '\\') {
      index += 1;
      const escaped = wildcard[index];
      if (escaped !== '*' && escaped !== '\\') throw refuse('wildcard knows the escapes \\* and \\\\ alone');
      pieces[pieces.length - 1] += escaped;
    } else if (character === '*') {
      if (wildcard[index - 1] === '*' && pieces.at(-1) === '')
        throw refuse('wildcard takes no two * in a row');
      pieces.push('');
    } else {
      pieces[pieces.length - 1] += character;
    }
  }
  return (value) => fits(value, pieces);
}

/** Leftmost search of each piece: linear, where a regular expression could backtrack for ever. */
function fits(value: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const found = value.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return value.length - last.length >= from && value.endsWith(last);
}
