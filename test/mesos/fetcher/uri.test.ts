import test from 'ava'
import { extractionOf } from '../../../src/mesos/fetcher/archive.ts'
import { fileNameOf, sourceOf, uriProblem } from '../../../src/mesos/fetcher/uri.ts'

const RELATIVE =
  'A relative path was passed for the resource but the Mesos framework home was not specified. ' +
  'Please either provide this config option or avoid using a relative path'

const names: readonly (readonly [uri: string, name: string])[] = [
  ['http://host/a/b.tar.gz', 'b.tar.gz'],
  ['http://host/b?version=1', 'b?version=1'],
  ['file:///a/b', 'b'],
  ['/a/b', 'b'],
  ['/a/b/', 'b'],
  ['b', 'b'],
]
for (const [uri, name] of names) {
  test(`${uri} is called ${name} in the sandbox`, (t) => {
    t.deepEqual(fileNameOf(uri), { name })
  })
}

const problems: readonly (readonly [
  value: string,
  output_file: string | undefined,
  why: string,
])[] = [
  ['http://host', undefined, 'Malformed URI (missing path): http://host'],
  ['http://host/', undefined, 'Malformed URI (missing path): http://host/'],
  ['http://host/a/', undefined, 'Malformed URI (missing file name): http://host/a/'],
  ['/..', undefined, 'Malformed URI (missing file name): /..'],
  ["/a'b", undefined, 'Illegal characters in URI'],
  ['/a\\b', undefined, 'Illegal characters in URI'],
  ['/a', '/etc/passwd', 'URI output file must be within the sandbox directory'],
  ['/a', 'b/../../c', 'URI output file must be within the sandbox directory'],
  ['/a', "b'", 'Illegal characters in URI output file'],
  ['/a', 'b/', "URI output file 'b/' names no file"],
]
for (const [value, output_file, why] of problems) {
  test(`${value} as ${output_file ?? 'itself'} is refused: ${why}`, (t) => {
    t.is(uriProblem({ value, ...(output_file !== undefined && { output_file }) }), why)
  })
}

test('an output file in folders of the sandbox is in order', (t) => {
  t.is(uriProblem({ value: '/a', output_file: 'b/c.d' }), undefined)
})

const sources: readonly (readonly [uri: string, home: string | undefined, source: string])[] = [
  ['http://host:80/a', undefined, 'net http://host:80/a'],
  ['  https://host/a', undefined, 'net https://host/a'],
  ['/a', undefined, 'file /a'],
  ['file:///a', undefined, 'file /a'],
  ['file://localhost/a', undefined, 'file /a'],
  ['file://a', undefined, 'refused File URI only supports absolute paths'],
  ['a/b', '/home/', 'file /home/a/b'],
  ['a/b', undefined, `refused ${RELATIVE}`],
  [
    'hdfs://n/a',
    undefined,
    "refused There is no way to fetch by 'hdfs'; there is by http, https and file",
  ],
]
for (const [uri, home, source] of sources) {
  test(`${uri} with ${home ?? 'no'} framework home is ${source}`, (t) => {
    const found = sourceOf(uri, home)
    const where =
      found.type === 'net' ? found.url : found.type === 'file' ? found.path : found.problem
    t.is(`${found.type} ${where}`, source)
  })
}

for (const end of ['tar', 'tgz', 'tar.gz', 'tbz2', 'tar.bz2', 'txz', 'tar.xz']) {
  test(`.${end} is unpacked by tar`, (t) => {
    t.is(extractionOf(`/s/a.${end}`, `a.${end}`, '/s')?.command, 'tar')
  })
}

test('.gz and .zip are unpacked, and nothing else', (t) => {
  t.deepEqual(extractionOf('/cache/c0-a.gz', 'a.gz', '/s'), {
    command: 'gzip',
    args: ['-dc', '/cache/c0-a.gz'],
    output: '/s/a',
  })
  t.is(extractionOf('/s/a.zip', 'a.zip', '/s')?.command, 'unzip')
  for (const name of ['.gz', 'a.jar', 'a', 'tar']) {
    t.is(extractionOf(`/s/${name}`, name, '/s'), undefined, name)
  }
})
