const abbreviations = new Set(['EPC', 'EIC', 'EICR']);

/** One of the register's codes as people read it: `SEMI_DETACHED_HOUSE` is `Semi detached house`, `EPC` stays. */
export function codeWords(code: string): string {
  return abbreviations.has(code) ? code : code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ');
}
