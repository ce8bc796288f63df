/**
 * A text from elsewhere, such as the type of a message that another node has sent, for one line of a terminal: breaks
 * become blanks, and what would steer the terminal or turn the text's direction is written as `\u001b`.
 */
export function printable(text: string): string {
  return text
    .replace(/[\t\n\v\f\r\u2028\u2029]/gu, ' ')
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, coded)
}

function coded(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
