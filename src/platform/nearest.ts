/** Further off it is no slip of the pen. */
const MOST_EDITS = 3

/** ` (did you mean …?)` for the word of a list that is nearest to one that is not in it; empty if none is near. */
export function nearest(word: string, words: readonly string[]): string {
  let best: { readonly word: string; readonly edits: number } | undefined
  for (const one of words) {
    const edits = editsBetween(word, one)
    if (edits <= MOST_EDITS && edits < (best?.edits ?? Infinity)) best = { word: one, edits }
  }
  return best === undefined ? '' : ` (did you mean ${best.word}?)`
}

/** Letters to add, drop or change. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
