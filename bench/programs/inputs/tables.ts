import { randomBits } from './random.ts'
import { RecordWriter } from './record-writer.ts'

const [TAB, NEWLINE, COMMA, MINUS, POINT, SPACE] = [9, 10, 44, 45, 46, 32]
const KEYS = 1_000_000
const CAMPAIGNS = 100_000
const DIMENSIONS = 10
const CLUSTERS = 10

/** Lines `key, value` of whole numbers: a million keys, values below 1,000. */
export function writePairs(path: string, count: number): void {
  const bits = randomBits(2)
  const writer = new RecordWriter(path)
  for (let i = 0; i < count; i += 1) {
    writer.room(32)
    writer.digits(bits() % KEYS)
    writer.byte(TAB)
    writer.digits(bits() % 1000)
    writer.byte(NEWLINE)
  }
  writer.close()
}

/** Lines `id, campaign, time, value`; campaigns of small numbers have more events than others. */
export function writeEvents(path: string, count: number): void {
  const bits = randomBits(3)
  const writer = new RecordWriter(path)
  let time = 1_700_000_000_000
  for (let id = 0; id < count; id += 1) {
    const share = bits() / 2 ** 32
    time += bits() % 20
    writer.room(64)
    writer.digits(id)
    writer.byte(TAB)
    writer.digits(Math.floor(CAMPAIGNS * share * share))
    writer.byte(TAB)
    writer.digits(time)
    writer.byte(TAB)
    writer.digits(1 + (bits() % 10_000))
    writer.byte(NEWLINE)
  }
  writer.close()
}

/** Lines `id, name, advertiser` of 100,000 campaigns. */
export function writeCampaigns(path: string): void {
  const writer = new RecordWriter(path)
  for (let id = 0; id < CAMPAIGNS; id += 1) {
    writer.room(64)
    writer.text(`${id}\tcampaign-${(id * 7919) % CAMPAIGNS}\tadv${id % 997}\n`)
  }
  writer.close()
}

/** Records of 100 bytes: ten random printable ones, the record's number, filling, the end of the line. */
export function writeRecords(path: string, count: number): void {
  const bits = randomBits(4)
  const writer = new RecordWriter(path)
  for (let number = 0; number < count; number += 1) {
    writer.room(100)
    for (let pair = 0; pair < 5; pair += 1) {
      const both = bits()
      writer.byte(33 + (both % 94))
      writer.byte(33 + ((both >>> 16) % 94))
    }
    writer.byte(SPACE)
    writer.digits(number, 16)
    writer.byte(SPACE)
    writer.fill(65 + (number % 26), 71)
    writer.byte(NEWLINE)
  }
  writer.close()
}

/** Lines of ten decimals with four places, around the centers of ten clusters. */
export function writePoints(path: string, count: number): void {
  const bits = randomBits(5)
  const centers = Float64Array.from({ length: CLUSTERS * DIMENSIONS }, () => bits() % 100)
  const writer = new RecordWriter(path)
  for (let i = 0; i < count; i += 1) {
    const cluster = bits() % CLUSTERS
    writer.room(256)
    for (let axis = 0; axis < DIMENSIONS; axis += 1) {
      const noise = (bits() + bits() + bits() + bits()) / 2 ** 32 - 2
      const value = (centers[cluster * DIMENSIONS + axis] ?? 0) + noise * 12
      const scaled = Math.abs(Math.round(value * 10_000))
      if (axis > 0) writer.byte(COMMA)
      if (value < 0 && scaled > 0) writer.byte(MINUS)
      writer.digits(Math.floor(scaled / 10_000))
      writer.byte(POINT)
      writer.digits(scaled % 10_000, 4)
    }
    writer.byte(NEWLINE)
  }
  writer.close()
}
