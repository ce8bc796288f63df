import test from 'ava'

import { memoryEnvironment } from '../../../../src/platform/index.ts'
import type { DriverFiles } from '../../../../src/spark/files/index.ts'
import { inputFiles, inputPatterns } from '../../../../src/spark/rdd/files/index.ts'
import { filesOn } from '../../files/driver-files.ts'

async function filesWith(paths: readonly string[]): Promise<DriverFiles> {
  const disk = memoryEnvironment().disk('main')
  for (const path of paths) {
    await disk.makeDirectory(path.slice(0, path.lastIndexOf('/')) || '/')
    await disk.writeFile(path, new Uint8Array(1))
  }
  return filesOn(disk)
}

const paths = [
  '/in/a/one.txt',
  '/in/a/two.txt',
  '/in/a/_SUCCESS',
  '/in/a/.one.crc',
  '/in/b/one.txt',
  '/in/b/three.log',
  '/in/x[1],y',
  '/in/_hidden/one.txt',
]

const found: readonly (readonly [list: string, files: readonly string[]])[] = [
  ['/in/a', ['/in/a/one.txt', '/in/a/two.txt']],
  ['/in/a/', ['/in/a/one.txt', '/in/a/two.txt']],
  ['file:///in/b/one.txt', ['/in/b/one.txt']],
  ['file:/in/b/one.txt', ['/in/b/one.txt']],
  ['/in/a/_SUCCESS', ['/in/a/_SUCCESS']],
  ['/in/a/*', ['/in/a/one.txt', '/in/a/two.txt']],
  ['/in/?/one.txt', ['/in/a/one.txt', '/in/b/one.txt']],
  ['/in/[b-z]', ['/in/b/one.txt', '/in/b/three.log']],
  ['/in/{b,a}/one*', ['/in/a/one.txt', '/in/b/one.txt']],
  ['/in/{a/two.txt,nowhere,b/*.log}', ['/in/a/two.txt', '/in/b/three.log']],
  ['/in/a/{one*,*.txt}', ['/in/a/one.txt', '/in/a/two.txt']],
  ['/in/b/one.txt,/in/a/t*,/in/b/one.txt', ['/in/b/one.txt', '/in/a/two.txt', '/in/b/one.txt']],
  ['/in/x\\[1\\]\\,y', ['/in/x[1],y']],
  ['/*/a', ['/in/a/one.txt', '/in/a/two.txt']],
]

for (const [list, expected] of found) {
  test(`the input ${list} is ${expected.join(' and ')}`, async (t) => {
    const files = await filesWith(paths)
    const infos = await inputFiles(files, inputPatterns(files, 'textFile', list), false)
    t.deepEqual(
      infos.map(({ path }) => path),
      expected,
    )
  })
}

const missing: readonly (readonly [list: string, message: RegExp])[] = [
  ['/in/a/one.txt,/nowhere', /^Input \/nowhere does not exist/],
  ['/in/*.gz', /^Input pattern \/in\/\*\.gz matches no file/],
  ['/in/a/one.txt/*', /matches no file/],
  ['/in/{c,d}', /^Input pattern \/in\/\{c,d\} matches no file/],
]

for (const [list, message] of missing) {
  test(`the input ${list} is missing`, async (t) => {
    const files = await filesWith(paths)
    await t.throwsAsync(inputFiles(files, inputPatterns(files, 'textFile', list), false), {
      code: 'TROUPE_SPARK_INPUT_MISSING',
      message,
    })
  })
}

test('a directory in a directory is refused, or read where that is asked for', async (t) => {
  const files = await filesWith(['/in/one', '/in/sub/deep/two', '/in/_temporary/three', '/in/z'])
  const inputs = inputPatterns(files, 'textFile', '/in')
  const error = await t.throwsAsync(inputFiles(files, inputs, false), {
    code: 'TROUPE_SPARK_INPUT_DIRECTORY',
  })
  t.regex(error.message, /^\/in\/sub is a directory.*input\.dir\.recursive/)
  const infos = await inputFiles(files, inputs, true)
  t.deepEqual(
    infos.map(({ path }) => path),
    ['/in/one', '/in/sub/deep/two', '/in/z'],
  )
})

test('schemes of no known file system are refused with those that are known', (t) => {
  const files = filesOn(memoryEnvironment().disk('main'))
  for (const url of ['ftp://name:8020/a', 'gs://bucket/a']) {
    const error = t.throws(() => files.absolute(url), { code: 'TROUPE_SPARK_SCHEME_UNKNOWN' })
    t.true(error.message.includes(url) && error.message.includes('known are file'))
  }
  t.throws(() => files.absolute('file://elsewhere/a'), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  t.is(files.absolute('file://localhost/a/../b'), '/b')
  t.is(files.absolute('/a/12:30/b'), '/a/12:30/b')
})
