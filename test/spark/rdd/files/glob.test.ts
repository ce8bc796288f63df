import test from 'ava'
import fc from 'fast-check'

import {
  expandBraces,
  isGlob,
  nameMatcher,
  splitPathList,
} from '../../../../src/spark/rdd/files/glob.ts'

const matching: readonly (readonly [
  pattern: string,
  yes: readonly string[],
  no: readonly string[],
])[] = [
  ['*', ['', 'a', 'a.b', 'two\nlines'], []],
  ['part-*', ['part-', 'part-00000'], ['apart-1', 'par']],
  ['*.gz', ['.gz', 'a.gz'], ['a.gzip', 'agz']],
  ['?', ['a', '€', '𝄞'], ['', 'ab']],
  ['[abc]', ['a', 'c'], ['d', 'ab']],
  ['[a-cx]', ['b', 'x'], ['d', '-']],
  ['[^a-c]', ['d', '^'], ['a']],
  ['[!a]', ['b'], ['a']],
  ['[]a]', [']', 'a'], ['b']],
  ['[a-]', ['a', '-'], ['b']],
  ['[\\]]', [']'], ['\\']],
  ['a.b+(c)*', ['a.b+(c)', 'a.b+(c)d'], ['aXb+(c)', 'a.bb(c)']],
  ['\\*?', ['*a'], ['aa']],
]

for (const [pattern, yes, no] of matching) {
  test(`the pattern ${JSON.stringify(pattern)} matches what Hadoop's does`, (t) => {
    const matcher = nameMatcher(pattern) as RegExp
    for (const name of yes) t.true(matcher.test(name), name)
    for (const name of no) t.false(matcher.test(name), name)
  })
}

test('a name without patterns is itself, without its backslashes', (t) => {
  t.is(nameMatcher('a.b'), 'a.b')
  t.is(nameMatcher('\\[x\\]\\*\\𝄞'), '[x]*𝄞')
})

for (const pattern of ['[', '[a', '[]', '[z-a]', 'a\\', '[a\\']) {
  test(`the pattern ${JSON.stringify(pattern)} is refused`, (t) => {
    const error = t.throws(() => nameMatcher(pattern), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
    t.true(error.message.includes(JSON.stringify(pattern)))
  })
}

test('braces are choices, within one another too', (t) => {
  t.deepEqual(expandBraces('/a/b'), ['/a/b'])
  t.deepEqual(expandBraces('/{a,b}/{c,d}'), ['/a/c', '/a/d', '/b/c', '/b/d'])
  t.deepEqual(expandBraces('{/x/y,z{1,2,}}.gz'), ['/x/y.gz', 'z1.gz', 'z2.gz', 'z.gz'])
  t.deepEqual(expandBraces('\\{a,b\\}'), ['\\{a,b\\}'])
  t.deepEqual(expandBraces('a}'), ['a}'])
  t.throws(() => expandBraces('/{a,b'), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
})

test('commas part paths, except in braces and behind a backslash', (t) => {
  t.deepEqual(splitPathList('textFile', 'a,/b/{c,d},e\\,f'), ['a', '/b/{c,d}', 'e\\,f'])
  for (const list of ['a,', ',a', 'a,,b']) {
    t.throws(() => splitPathList('textFile', list), {
      code: 'TROUPE_SPARK_ARGUMENT_INVALID',
      message: /textFile/,
    })
  }
})

test('any name with a backslash before each character means itself alone', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      const pattern = Array.from(name, (character) => `\\${character}`).join('')
      t.false(isGlob(pattern))
      t.deepEqual(splitPathList('textFile', pattern), [pattern])
      t.deepEqual(expandBraces(pattern), [pattern])
      t.is(nameMatcher(pattern), name)
    }),
  )
})

test('a pattern of stars matches as a search for its pieces in order does', (t) => {
  const piece = fc.constantFrom('a', 'b', 'ab', '*', '*')
  const name = fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 8 })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), name, (pieces, characters) => {
      const pattern = ['*', ...pieces].join('')
      const text = characters.join('')
      t.is((nameMatcher(pattern) as RegExp).test(text), matchesStars(pattern, text))
    }),
  )
})

function matchesStars(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  if (pattern[0] !== '*')
    return text[0] === pattern[0] && matchesStars(pattern.slice(1), text.slice(1))
  const rest = pattern.slice(1)
  return Array.from({ length: text.length + 1 }, (_, i) => i).some((i) =>
    matchesStars(rest, text.slice(i)),
  )
}
