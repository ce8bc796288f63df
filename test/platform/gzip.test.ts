import { gzipMember, type Disk } from '../../src/platform/index.ts'
import { both } from './both.ts'

async function content(disk: Disk, path: string): Promise<Uint8Array> {
  const source = await disk.openGzip(path)
  const pieces: Uint8Array[] = []
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
    pieces.push(piece)
  }
  await source.close()
  return Buffer.concat(pieces)
}

/** Does not compress to nothing. */
const text = Buffer.from(
  Array.from({ length: 60_000 }, (_, i) => `line ${(i * 7919) % 60_013}\n`).join(''),
)

both('gzip files of one member and of several are read in pieces', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-gzip-')
  await disk.writeFile(`${directory}/one.gz`, gzipMember(text))
  await disk.writeFile(`${directory}/two.gz`, gzipMember(text.subarray(0, 1000)))
  await disk.addTo(`${directory}/two.gz`, gzipMember(new Uint8Array(0)))
  await disk.addTo(`${directory}/two.gz`, gzipMember(text.subarray(1000)))
  for (const name of ['one', 'two']) {
    t.is(Buffer.compare(await content(disk, `${directory}/${name}.gz`), text), 0, name)
  }
  const source = await disk.openGzip(`${directory}/one.gz`)
  const first = await source.next()
  t.true(first !== undefined && first.length > 0 && first.length < text.length)
  await source.close()
  await source.close()
  await disk.remove(directory)
})

both('what is no whole gzip file is told with its path', async (t, place) => {
  const { disk } = place.environment()
  const directory = await disk.makeTemporaryDirectory('troupe-gzip-')
  const whole = gzipMember(text)
  const flipped = Uint8Array.from(whole, (byte, i) => (i === whole.length - 6 ? byte ^ 1 : byte))
  const files = { half: whole.subarray(0, whole.length >> 1), plain: text, flipped }
  for (const [name, bytes] of Object.entries(files)) {
    const path = `${directory}/${name}.gz`
    await disk.writeFile(path, bytes)
    const error = await t.throwsAsync(content(disk, path), { code: 'TROUPE_PLATFORM_GZIP_DAMAGED' })
    t.true(error.message.startsWith(path), error.message)
  }
  await t.throwsAsync(disk.openGzip(`${directory}/none.gz`), {
    code: 'TROUPE_PLATFORM_FILE_UNREADABLE',
  })
  await disk.remove(directory)
})
