import { inflateRawSync } from 'node:zlib'

import test from 'ava'

import { nodeEnvironment } from '../../../src/platform/index.ts'
import { ZipArchive } from '../../../src/spark/rest-api/zip.ts'

const { crypto } = nodeEnvironment()

test('an archive has its file, its sizes and its checksum where readers look for them', (t) => {
  const parts = [Buffer.from('one\n'), Buffer.alloc(200_000, 'x'), Buffer.from('last')]
  const zip = new ZipArchive(crypto)
  const archive = Buffer.concat([
    zip.begin('log-ä'),
    ...parts.map((part) => zip.part(part)),
    zip.endFile(),
    zip.end(),
  ])
  const raw = Buffer.concat(parts)
  const end = archive.length - 22
  t.is(archive.readUInt32LE(end), 0x06054b50)
  t.is(archive.readUInt16LE(end + 10), 1)
  const central = archive.readUInt32LE(end + 16)
  t.is(archive.readUInt32LE(central), 0x02014b50)
  const nameBytes = archive.readUInt16LE(central + 28)
  t.is(archive.toString('utf8', central + 46, central + 46 + nameBytes), 'log-ä')
  const [crc, packed, size] = [16, 20, 24].map((at) => archive.readUInt32LE(central + at))
  t.is(size, raw.length)
  t.is(crc, crypto.crc32(raw))
  t.is(archive.readUInt32LE(0), 0x04034b50)
  const data = archive.subarray(30 + nameBytes, 30 + nameBytes + (packed ?? 0))
  t.deepEqual(inflateRawSync(data), raw)
  t.is(archive.readUInt32LE(30 + nameBytes + (packed ?? 0)), 0x08074b50)
})

test('an archive of several files has each where it is told', (t) => {
  const zip = new ZipArchive(crypto)
  const names = ['a/1', 'a/2', 'a/3']
  const archive = Buffer.concat([
    ...names.flatMap((name) => [zip.begin(name), zip.part(Buffer.from(name)), zip.endFile()]),
    zip.end(),
  ])
  const end = archive.length - 22
  t.is(archive.readUInt16LE(end + 10), 3)
  let at = archive.readUInt32LE(end + 16)
  t.is(at + archive.readUInt32LE(end + 12), end)
  for (const name of names) {
    const nameBytes = archive.readUInt16LE(at + 28)
    t.is(archive.toString('utf8', at + 46, at + 46 + nameBytes), name)
    const file = archive.readUInt32LE(at + 42)
    const packed = archive.readUInt32LE(at + 20)
    t.is(archive.readUInt32LE(file), 0x04034b50)
    const data = archive.subarray(file + 30 + nameBytes, file + 30 + nameBytes + packed)
    t.is(inflateRawSync(data).toString(), name)
    at += 46 + nameBytes
  }
})
