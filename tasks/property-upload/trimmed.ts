const edge = /[\p{White_Space}\uFEFF]/u;

/** The text without Unicode white space and U+FEFF at its ends. */
export function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isEdge(text, from)) from += 1;
  while (to > from && isEdge(text, to - 1)) to -= 1;
  return to - from === text.length ? text : text.slice(from, to);
}

function isEdge(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code <= 0x20 || code >= 0x80) && edge.test(text.charAt(at));
}

/** Whether the text has more than so many characters, which are Unicode code points. */
export function isLonger(text: string, characters: number): boolean {
  if (text.length <= characters) return false;
  let count = 0;
  for (const _ of text) {
    count += 1;
    if (count > characters) return true;
  }
  return false;
}
