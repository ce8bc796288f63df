import test from 'ava'
import { AgentRig } from './agent-rig.ts'

type Json = Readonly<Record<string, unknown>>
const list = (value: unknown): readonly Json[] => value as readonly Json[]
const PLAIN = 'text/plain; charset=utf-8'

/** A rig with a task, in whose sandbox there are files; and two names of the sandbox. */
async function withSandbox(): Promise<{
  readonly rig: AgentRig
  readonly directory: string
  readonly virtual: string
}> {
  const rig = await AgentRig.start()
  await rig.launch('one')
  const [framework] = list((await rig.get('/state'))['frameworks'])
  const [executor] = list(framework?.['executors'])
  const directory = String(executor?.['directory'])
  const { cluster } = rig.rig
  const disk = cluster.world.disk('host')
  const text = (value: string): Uint8Array => new TextEncoder().encode(value)
  await rig.rig.until(disk.makeDirectory(`${directory}/d`))
  await rig.rig.until(disk.writeFile(`${directory}/d/f.txt`, text('in\n'), { mode: 0o640 }))
  await rig.rig.until(disk.writeFile(`${directory}/large`, new Uint8Array(700_000).fill(65)))
  await rig.rig.until(disk.writeFile(`${directory}/words`, text('a"é\n€')))
  await rig.rig.until(disk.writeFile('/secret', text('secret')))
  await rig.rig.until(disk.link('/secret', `${directory}/out`))
  const virtual = `/frameworks/${String(framework?.['id'])}/executors/executor/runs/latest`
  return { rig, directory, virtual }
}

test('a sandbox is browsed by its own path and by the one that lasts', async (t) => {
  const { rig, directory, virtual } = await withSandbox()
  for (const root of [directory, virtual]) {
    const listed = list(await rig.get(`/files/browse?path=${root}/d/`))
    t.deepEqual(
      listed.map((one) => ({ ...one, mtime: 0 })),
      [
        {
          gid: '0',
          mode: '-rw-r-----',
          mtime: 0,
          nlink: 1,
          path: `${root}/d/f.txt`,
          size: 3,
          uid: '0',
        },
      ],
    )
    const names = list(await rig.get(`/files/browse?path=${root}`)).map(({ path }) => path)
    t.true(names.includes(`${root}/d`))
  }
  t.deepEqual(await rig.ask(`/files/browse?path=${directory}/d/f.txt`), [
    200,
    'application/json',
    '[]',
  ])
  const jsonp = await rig.ask(`/files/browse?path=${virtual}/d&jsonp=cb`)
  t.regex(jsonp[2], /^cb\(\[.*\]\);$/)
  const attached = await rig.get('/files/debug')
  t.is(attached[virtual], directory)
  t.is(attached[directory], directory)
})

test('what is not shown is refused in the words of Mesos', async (t) => {
  const { rig, directory } = await withSandbox()
  const work = directory.slice(0, directory.indexOf('/slaves/'))
  const cases: readonly (readonly [target: string, status: number, text: string])[] = [
    ['/files/browse', 400, "Expecting 'path=value' in query.\n"],
    ['/files/browse?path=', 400, "Expecting 'path=value' in query.\n"],
    ['/files/browse?path=/etc', 404, ''],
    [`/files/browse?path=${work}`, 404, ''],
    [`/files/browse?path=${directory}/..`, 400, `'${directory}/..' is inaccessible.\n`],
    [`/files/browse?path=${directory}/nothing`, 404, ''],
    [`/files/read?path=${directory}/out&offset=0`, 400, `'${directory}/out' is inaccessible.\n`],
    [`/files/read?path=${directory}/d&offset=0`, 400, 'Cannot read a directory.\n'],
    [`/files/read?path=${directory}/d/f.txt&offset=-2`, 400, 'Negative offset provided: -2.\n'],
    [
      `/files/read?path=${directory}/d/f.txt&offset=a`,
      400,
      "Failed to parse offset: Failed to convert 'a' to number.\n",
    ],
    [
      `/files/read?path=${directory}/d/f.txt&offset=0&length=-2`,
      400,
      'Negative length provided: -2.\n',
    ],
    [`/files/download?path=${directory}/d`, 400, 'Cannot download a directory.\n'],
    [`/files/download?path=${directory}/none`, 404, '404 Not Found.'],
    [
      `/files/download?path=${work}/slaves/../x/frameworks/f/executors/e/runs/r`,
      404,
      '404 Not Found.',
    ],
  ]
  for (const [target, status, text] of cases) {
    t.deepEqual(await rig.ask(target), [status, PLAIN, text], target)
  }
})

test('a file is read in parts, its size is told, and it is downloaded whole', async (t) => {
  const { rig, directory } = await withSandbox()
  const read = (query: string): Promise<Json> => rig.get(`/files/read?path=${directory}/${query}`)
  t.deepEqual(await read('d/f.txt&offset=0'), { data: 'in\n', offset: 0 })
  t.deepEqual(await read('d/f.txt&offset=1&length=1'), { data: 'n', offset: 1 })
  t.deepEqual(await read('d/f.txt'), { data: '', offset: 3 })
  t.deepEqual(await read('d/f.txt&offset=-1'), { data: '', offset: 3 })
  t.deepEqual(await read('d/f.txt&offset=100'), { data: '', offset: 100 })
  t.is(String((await read('large&offset=0'))['data']).length, 65_536)

  const part = (query: string): Promise<Buffer> =>
    rig.rig
      .until(rig.client.send('GET', `/files/read?path=${directory}/words&${query}`))
      .then(({ body }) => Buffer.from(body))
  t.deepEqual(await part('offset=0'), Buffer.from('{"data":"a\\"é\\n€","offset":0}'))
  // Inside of a character: the bytes as they are.
  t.deepEqual(
    await part('offset=3&length=3'),
    Buffer.from('{"data":"\xa9\\n\xe2","offset":3}', 'latin1'),
  )

  const target = `/files/download?path=${directory}`
  const small = await rig.rig.until(rig.client.send('GET', `${target}/d/f.txt`))
  t.is(small.text, 'in\n')
  t.is(small.headers['content-type'], 'text/plain')
  t.is(small.headers['content-disposition'], 'attachment; filename=f.txt')
  const large = await rig.rig.until(rig.client.send('GET', `${target}/large`))
  t.is(large.body.byteLength, 700_000)
  t.is(large.headers['content-type'], 'application/octet-stream')
})

test('operators list and read files by calls', async (t) => {
  const { rig, directory } = await withSandbox()
  const listed = await rig.call('LIST_FILES', { list_files: { path: `${directory}/d` } })
  const [file] = list((listed['list_files'] as Json)['file_infos'])
  t.like(file, { path: `${directory}/d/f.txt`, nlink: 1, size: 3, mode: 0o100_640 })
  const body = { path: `${directory}/d/f.txt`, offset: 1, length: 1 }
  const answer = await rig.call('READ_FILE', { read_file: body })
  t.deepEqual(answer['read_file'], { size: 3, data: 'bg==' })
  const refused = await rig.post({
    type: 'LIST_FILES',
    list_files: { path: `${directory}/..` },
  })
  t.deepEqual([refused.status, refused.text], [400, `'${directory}/..' is inaccessible.\n`])
  const none = await rig.post({ type: 'READ_FILE', read_file: { path: '/secret', offset: 0 } })
  t.deepEqual([none.status, none.text], [404, ''])
})

test('a master shows no files', async (t) => {
  const { rig } = await withSandbox()
  const client = rig.rig.client()
  const answer = await rig.rig.until(client.send('GET', '/files/browse?path=/master/log'))
  t.is(answer.status, 404)
  t.deepEqual(await rig.rig.until(client.get('/files/debug')), {})
})
