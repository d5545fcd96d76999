/** Levels of arrays and objects that are kept; Postgres reads JSON recursively and gives up on very many. */
const deepest = 1000;

/** Text as Postgres takes it: without the character NUL and without half surrogate pairs, cut at `maximum`. */
export function storedText(text: string, maximum = 2000): string {
  return text.slice(0, maximum).replaceAll('\0', '\ufffd').toWellFormed();
}

/** JSON text for a `json` column; what cannot be written as JSON leaves a note in its place. */
export function storedJson(value: unknown): string {
  try {
    const json = JSON.stringify(value) ?? 'null';
    return nestsDeeperThan(deepest, json) ? unstorable(`nested more than ${deepest} deep`) : json;
  } catch (error) {
    return unstorable((error as Error).message);
  }
}

function unstorable(reason: string): string {
  return JSON.stringify({ notKept: reason });
}

function nestsDeeperThan(levels: number, json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > levels) return true;
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return false;
}
