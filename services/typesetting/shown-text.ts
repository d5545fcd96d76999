/** What stands for a character that no font of the document has. */
export const replacement = '\ufffd';

/** Characters that are not shown, or steer how others are, and of which a line of text has no need. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]|\p{Variation_Selector}/gu;

/**
 * Text as the document's fonts can show it: line breaks and tabs are blanks, characters that only steer others are left
 * out, and those that no font has become U+FFFD, as does a text of which nothing is left. PDF/UA does not allow a
 * character without a glyph, nor an empty title.
 */
export function shownText(text: string, shown: (codePoint: number) => boolean): string {
  const plain = text.replace(/[\s\u0085]+/gu, ' ').replace(unseen, '');
  let out = '';
  for (const character of plain) out += shown(character.codePointAt(0) ?? 0) ? character : replacement;
  return out === '' && text !== '' ? replacement : out;
}

/** A line may be broken after so many letters or digits in a row, if more of them follow. */
const breakAfter = 16;
const longWord = new RegExp(`[\\p{L}\\p{N}]{${breakAfter}}(?=[\\p{L}\\p{N}])`, 'gu');

/** Text with places at which a word that is too long for a narrow column may be broken, unseen. */
export function breakable(text: string): string {
  return text.replace(longWord, '$&\u200b');
}
