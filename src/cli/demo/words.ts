const WORD = /[\p{L}\p{M}']+/gu

/** The words of a text, in small letters: runs of letters of any script, marks and apostrophes. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? []
}
