import { both } from './both.ts'
import { refusal } from './connections.ts'

both('what is appended is read back, whole and in parts', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  const path = `${directory}/log`
  const file = await disk.create(path)
  void file.append(Buffer.from('first '))
  void file.append(Buffer.from('second '))
  await file.append(Buffer.from('third'))
  await file.sync()
  await file.close()
  t.is(Buffer.from(await disk.readFile(path)).toString(), 'first second third')

  const reading = await disk.open(path)
  t.is(reading.sizeBytes, 18)
  t.is(Buffer.from(await reading.read(6, 6)).toString(), 'second')
  t.is(Buffer.from(await reading.read(13, 100)).toString(), 'third')
  t.is((await reading.read(18, 10)).byteLength, 0)
  await reading.close()
  await disk.remove(directory)
})

both('creating a file again empties it', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  await disk.writeFile(`${directory}/a`, Buffer.from('a long text'))
  await disk.writeFile(`${directory}/a`, Buffer.from('short'), { mode: 0o600 })
  t.is(Buffer.from(await disk.readFile(`${directory}/a`)).toString(), 'short')
  await disk.remove(directory)
})

both('a directory lists its entries by name', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  await disk.makeDirectory(`${directory}/sub/deep`)
  await disk.writeFile(`${directory}/z`, new Uint8Array(3))
  await disk.writeFile(`${directory}/sub/inner`, new Uint8Array(1))
  const listed = (await disk.list(directory)).map((info) => ({ ...info, sizeBytes: 0 }))
  t.deepEqual(listed, [
    { path: `${directory}/sub`, sizeBytes: 0, isDirectory: true },
    { path: `${directory}/z`, sizeBytes: 0, isDirectory: false },
  ])
  t.is((await disk.stat(`${directory}/z`))?.sizeBytes, 3)
  t.is(await disk.stat(`${directory}/nothing`), undefined)
  await disk.remove(directory)
  t.is(await disk.stat(`${directory}/sub/inner`), undefined)
  await disk.remove(directory)
})

both('rename replaces what is at its target, and moves whole trees', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  await disk.writeFile(`${directory}/new`, Buffer.from('new'))
  await disk.writeFile(`${directory}/old`, Buffer.from('old'))
  await disk.rename(`${directory}/new`, `${directory}/old`)
  t.is(Buffer.from(await disk.readFile(`${directory}/old`)).toString(), 'new')
  t.is(await disk.stat(`${directory}/new`), undefined)

  await disk.makeDirectory(`${directory}/tree/branch`)
  await disk.writeFile(`${directory}/tree/branch/leaf`, Buffer.from('leaf'))
  await disk.rename(`${directory}/tree`, `${directory}/moved`)
  t.is(Buffer.from(await disk.readFile(`${directory}/moved/branch/leaf`)).toString(), 'leaf')
  await disk.remove(directory)
})

both('two temporary directories are never the same', async (t, place) => {
  const { disk } = place.environment()
  const first = await disk.makeTemporaryDirectory('troupe-disk-')
  const second = await disk.makeTemporaryDirectory('troupe-disk-')
  t.not(first, second)
  t.true((await disk.stat(first))?.isDirectory)
  await disk.remove(first)
  await disk.remove(second)
})

both('what can not be read or written is refused with its path and reason', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  const missing = `${directory}/missing`
  const unreadable = [
    [disk.readFile(missing), 'ENOENT'],
    [disk.open(missing), 'ENOENT'],
    [disk.list(missing), 'ENOENT'],
    [disk.readFile(directory), 'EISDIR'],
    [disk.open(directory), 'EISDIR'],
  ] as const
  for (const [work, reason] of unreadable) {
    const error = await refusal(work)
    t.is(error.code, 'TROUPE_PLATFORM_FILE_UNREADABLE')
    t.is(error.data['reason'], reason)
    t.true(error.message.includes(directory))
  }
  const unwritable = [
    [disk.create(`${missing}/file`), 'ENOENT'],
    [disk.writeFile(directory, new Uint8Array(1)), 'EISDIR'],
    [disk.rename(missing, `${directory}/there`), 'ENOENT'],
  ] as const
  for (const [work, reason] of unwritable) {
    const error = await refusal(work)
    t.is(error.code, 'TROUPE_PLATFORM_FILE_UNWRITABLE')
    t.is(error.data['reason'], reason)
  }
  await disk.remove(directory)
})

both('a file that was closed takes no more', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  const file = await disk.create(`${directory}/file`)
  await file.close()
  const error = await refusal(file.append(new Uint8Array(1)))
  t.is(error.code, 'TROUPE_PLATFORM_FILE_UNWRITABLE')
  await disk.remove(directory)
})

both('an absolute path names the same file, however it was written', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  t.is(disk.absolute(directory), directory)
  t.is(disk.absolute(`${directory}/sub/../a`), `${directory}/a`)
  const relative = disk.absolute('package.json')
  t.true(relative.startsWith('/') && relative.endsWith('/package.json'), relative)
  await disk.remove(directory)
})

both('a link leads to what it names, and can be set anew', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  const latest = `${directory}/latest`
  for (const run of ['one', 'two']) {
    await disk.makeDirectory(`${directory}/${run}`)
    await disk.writeFile(`${directory}/${run}/log`, Buffer.from(run))
    await disk.link(run === 'one' ? `${directory}/one` : 'two', latest)
    t.is(Buffer.from(await disk.readFile(`${latest}/log`)).toString(), run)
  }
  await disk.writeFile(`${latest}/more`, Buffer.from('!'))
  t.is((await disk.stat(`${directory}/two/more`))?.sizeBytes, 1)
  t.deepEqual(
    (await disk.list(directory)).map(({ path, isDirectory }) => [path, isDirectory]),
    ['latest', 'one', 'two'].map((name) => [`${directory}/${name}`, true]),
  )
  await t.throwsAsync(disk.link('one', `${directory}/two`), {
    code: 'TROUPE_PLATFORM_FILE_UNWRITABLE',
  })
  await disk.remove(`${latest}/more`)
  t.is(await disk.stat(`${directory}/two/more`), undefined)
  await disk.remove(latest)
  t.is(await disk.stat(latest), undefined)
  t.is(Buffer.from(await disk.readFile(`${directory}/two/log`)).toString(), 'two')
  await disk.remove(directory)
})

both('a file or a directory is described, by whatever link it is named', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  await disk.writeFile(`${directory}/tool`, Buffer.from('#!'), { mode: 0o755 })
  await disk.link('tool', `${directory}/link`)
  const found = await disk.describe(`${directory}/link`)
  t.like(found, { kind: 'file', sizeBytes: 2, mode: 0o755, links: 1 })
  t.true((found?.modifiedUnixMs ?? 0) > 0)
  t.is((await disk.describe(directory))?.kind, 'directory')
  t.is(await disk.describe(`${directory}/nothing`), undefined)
  t.is(await disk.realPath(`${directory}/link`), await disk.realPath(`${directory}/tool`))
  t.is(await disk.realPath(`${directory}/nothing`), undefined)
  await disk.remove(directory)
})

both('bytes are added to a file, which is made for them', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-disk-')
  await disk.addTo(`${directory}/log`, Buffer.from('one '))
  await disk.addTo(`${directory}/log`, Buffer.from('two'))
  t.is(Buffer.from(await disk.readFile(`${directory}/log`)).toString(), 'one two')
  await t.throwsAsync(disk.addTo(`${directory}/none/log`, Buffer.from('x')), {
    code: 'TROUPE_PLATFORM_FILE_UNWRITABLE',
  })
  const { totalBytes, freeBytes } = await disk.space(directory)
  t.true(totalBytes > 0 && freeBytes <= totalBytes)
  await disk.remove(directory)
})
