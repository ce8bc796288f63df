import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import test from 'ava'

import { fencedBlocks, type FencedBlock } from './markdown.ts'
import { filesIn, read, root } from './repository.ts'

const run = promisify(execFile)

/** Longer than any example takes, shorter than the runner's patience. */
const limitMs = 50_000

const pages = ['README.md', ...filesIn('docs', '.md')]
const blocks = pages.flatMap((page) =>
  fencedBlocks(read(page)).map((block) => ({ page, ...block })),
)
const place = ({ page, line }: FencedBlock & { readonly page: string }): string => `${page}:${line}`

const outputOf = async (example: string): Promise<string> => {
  const program = join(root, 'build', example.replace(/\.ts$/, '.js'))
  const { stdout } = await run(process.execPath, [program], { cwd: root, timeout: limitMs })
  return stdout
}

test('each block that names a file is the text of that file', (t) => {
  for (const block of blocks) {
    const file = block.attributes.get('file')
    if (file !== undefined) t.is(block.text.trim(), read(file).trim(), place(block))
  }
  t.pass()
})

test('each TypeScript block of the README names the file in which it is tested', (t) => {
  const loose = blocks.filter(
    ({ page, language, attributes }) =>
      page === 'README.md' && language === 'ts' && !attributes.has('file'),
  )
  t.deepEqual(loose.map(place), [])
})

/** Those that need a cluster of one's own; `test/mesos/foreign` runs them on several. */
const onClusters = ['examples/throttler-framework.ts']

for (const example of onClusters) {
  test(`${example} says what it needs when it is given nothing`, async (t) => {
    const error = await t.throwsAsync<Error & { code: number }>(outputOf(example))
    t.is(error?.code, 2)
    t.regex(error?.message ?? '', /Not all program arguments provided/)
  })
}

for (const example of filesIn('examples', '.ts').filter((file) => !onClusters.includes(file))) {
  test(`${example} runs to its end, and says what the pages say it does`, async (t) => {
    t.timeout(limitMs)
    const output = await outputOf(example)
    t.not(output, '')
    for (const block of blocks) {
      if (block.attributes.get('output') === example) t.is(output, block.text, place(block))
    }
  })
}
