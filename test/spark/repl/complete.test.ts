import test from 'ava'

import { complete, type NameSource } from '../../../src/spark/repl/complete.ts'

class Dataset {
  map(): this {
    return this
  }

  max(): number {
    return 1
  }
}

const variables: Readonly<Record<string, unknown>> = {
  sc: { parallelize: () => new Dataset(), range: 1, nested: { deep: { text: 'a' } } },
  rdd: new Dataset(),
  text: 'abc',
}

const session: NameSource = {
  names: () => Object.keys(variables),
  has: (name) => name in variables,
  value: (name) => variables[name],
}

const words = (line: string): readonly string[] =>
  complete(line, session, (root) =>
    root === variables['sc'] || root === variables['rdd'] ? Dataset.prototype : undefined,
  )[0]

for (const [line, expected] of [
  ['sc.par', ['parallelize']],
  ['const a = sc.', ['nested', 'parallelize', 'range']],
  ['sc.nested.deep.', ['text']],
  ['rdd?.ma', ['map', 'max']],
  ['sc.parallelize([1, 2].map((x) => x.a)).ma', ['map', 'max']],
  ['const b = await sc.parallelize([1])\n  .map((x) => f(x))\n  .ma', ['map', 'max']],
  ['f(rdd.map((x) => x)).', []],
  ['f(rdd.map((x) => x).ma', ['map', 'max']],
  ['text.toUpp', ['toUpperCase']],
  ["'a'.toUpp", ['toUpperCase']],
  ['[1].flatM', ['flatMap']],
  ['unknown.', []],
  ['rd', ['rdd']],
  ['structuredC', ['structuredClone']],
  ['awa', ['await']],
] as const) {
  test(`what ${JSON.stringify(line)} goes on as`, (t) => {
    t.deepEqual(words(line), expected)
  })
}

test('nothing is run to complete a line', (t) => {
  const trap = {
    get danger(): never {
      throw new RangeError('run')
    },
  }
  const found = complete(
    'trap.danger.',
    { names: () => ['trap'], has: (name) => name === 'trap', value: () => trap },
    () => undefined,
  )
  t.deepEqual(found, [[], ''])
})
