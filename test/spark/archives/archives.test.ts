import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'

import test, { type ExecutionContext } from 'ava'

import { unpackArchive, type ArchiveEntry } from '../../../src/spark/archives/index.ts'

const long = `${'deep/'.repeat(40)}end.txt`

/** A folder with files, a long path, a link and something to run. */
function sourceOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-archives-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  mkdirSync(join(folder, 'in', long, '..'), { recursive: true })
  writeFileSync(join(folder, 'in', long), 'long')
  writeFileSync(join(folder, 'in/größe.txt'), 'x'.repeat(5000))
  writeFileSync(join(folder, 'in/run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  mkdirSync(join(folder, 'in/empty'))
  symlinkSync('../größe.txt', join(folder, 'in/empty/link'))
  return folder
}

function files(entries: readonly ArchiveEntry[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    entries.flatMap((entry): readonly (readonly [string, unknown])[] => {
      if (entry.type === 'link') return [[entry.path, `→ ${entry.target}`]]
      if (entry.type === 'directory') return []
      return [[entry.path, [Buffer.from(entry.bytes).toString(), entry.mode]]]
    }),
  )
}

const expected = {
  [`in/${long}`]: ['long', 0o644],
  'in/größe.txt': ['x'.repeat(5000), 0o644],
  'in/run.sh': ['#!/bin/sh\n', 0o755],
  'in/empty/link': '→ ../größe.txt',
}

for (const [name, flags] of [
  ['files.tar', ['-cf']],
  ['files.tar', ['--format=pax', '-cf']],
  ['files.tar', ['--format=ustar', '-cf']],
  ['files.tgz', ['-czf']],
  ['files.tar.gz', ['-czf']],
] as const) {
  test(`what tar ${flags.join(' ')} ${name} writes is unpacked`, (t) => {
    const folder = sourceOf(t)
    execFileSync('tar', [...flags, join(folder, name), '--mode=u+rw,go=r,a+X', 'in'], {
      cwd: folder,
    })
    t.deepEqual(files(unpackArchive(name, readFileSync(join(folder, name)))), expected)
  })
}

/** A zip file as zip writes it. */
function zipOf(
  entries: readonly { name: string; bytes?: Buffer; isDeflated?: boolean; attributes?: number }[],
): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes = Buffer.alloc(0), isDeflated = false, attributes = 0 } of entries) {
    const packed = isDeflated ? deflateRawSync(bytes) : bytes
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(Buffer.byteLength(name), 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(isDeflated ? 8 : 0, 10)
    central.writeUInt32LE(packed.length, 20)
    central.writeUInt32LE(bytes.length, 24)
    central.writeUInt16LE(Buffer.byteLength(name), 28)
    central.writeUInt32LE((attributes << 16) >>> 0, 38)
    central.writeUInt32LE(at, 42)
    directory.push(central, Buffer.from(name))
    parts.push(local, Buffer.from(name), packed)
    at += 30 + Buffer.byteLength(name) + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, ...directory, end, Buffer.from('a comment')])
}

test('a zip file is unpacked, what is stored and what is deflated', (t) => {
  const bytes = zipOf([
    { name: 'in/' },
    { name: `in/${long}`, bytes: Buffer.from('long') },
    { name: 'in/größe.txt', bytes: Buffer.from('x'.repeat(5000)), isDeflated: true },
    { name: 'in/run.sh', bytes: Buffer.from('#!/bin/sh\n'), attributes: 0o100755 },
    { name: 'in/empty/link', bytes: Buffer.from('../größe.txt'), attributes: 0o120777 },
  ])
  t.deepEqual(files(unpackArchive('files.ZIP', bytes)), expected)
  t.deepEqual(files(unpackArchive('files.jar', bytes)), expected)
})

test('an archive that is damaged, or that leads out of its directory, is refused', (t) => {
  const refused = { code: 'TROUPE_SPARK_ARCHIVE_DAMAGED' }
  const zip = zipOf([{ name: 'a', bytes: Buffer.from('abc'), isDeflated: true }])
  const folder = sourceOf(t)
  execFileSync('tar', ['-cf', join(folder, 'a.tar'), 'in'], { cwd: folder })
  const tar = readFileSync(join(folder, 'a.tar'))
  const table: readonly (readonly [string, Buffer])[] = [
    ['a.rar', zip],
    ['a.zip', zip.subarray(0, 20)],
    ['a.zip', Buffer.concat([Buffer.from('!'), zip])],
    ['a.zip', zipOf([{ name: '../a' }])],
    ['a.zip', zipOf([{ name: '/etc/a' }])],
    ['a.zip', zipOf([{ name: 'a', bytes: Buffer.from('../b'), attributes: 0o120777 }])],
    ['a.zip', zipOf([{ name: 'a', bytes: Buffer.from('/etc'), attributes: 0o120777 }])],
    ['a.tar', tar.subarray(0, 5000)],
    ['a.tar', Buffer.from(tar).fill(7, 0, 3)],
    ['a.tgz', tar],
    ['a.tgz', gzipSync(tar).subarray(0, 100)],
  ]
  for (const [name, bytes] of table) {
    t.throws(() => unpackArchive(name, bytes), refused, `${name} of ${bytes.length}`)
  }
})
