/**
 * Makes the inputs of the engine's rows: `node build/bench/programs/engine-inputs.js DIRECTORY SCALE NAME…`. The same scale makes
 * the same bytes everywhere. What is there already stays.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { splitFile } from './inputs/split.ts'
import {
  writeCampaigns,
  writeEvents,
  writePairs,
  writePoints,
  writeRecords,
} from './inputs/tables.ts'
import { writeWords } from './inputs/words.ts'

const [directory = '.', scaleText = '1', ...names] = process.argv.slice(2)
const scale = Number(scaleText)
const PARTS = 8

const inFolder = (name: string): string => join(directory, name)
const many = (full: number): number => Math.max(1000, Math.round(full * scale))

function split(file: string, folder: string): void {
  splitFile(inFolder(file), inFolder(folder), PARTS)
}

const makers: Readonly<Record<string, () => void>> = {
  words: () => {
    writeWords(inFolder('words.txt'), many(600e6))
    split('words.txt', 'words.d')
  },
  pairs: () => {
    writePairs(inFolder('pairs.tsv'), many(20e6))
    split('pairs.tsv', 'pairs.d')
  },
  events: () => {
    writeEvents(inFolder('events.tsv'), many(10e6))
    writeCampaigns(inFolder('campaigns.tsv'))
    split('events.tsv', 'events.d')
  },
  records: () => {
    for (const share of [1, 4, 16]) {
      writeRecords(inFolder(`records-${share}.txt`), many((10e6 / 16) * share))
    }
    split('records-16.txt', 'records.d')
  },
  points: () => {
    writePoints(inFolder('points.csv'), many(2e6))
    split('points.csv', 'points.d')
  },
}

mkdirSync(directory, { recursive: true })
for (const name of names) {
  const done = inFolder(`${name}.done`)
  if (existsSync(done)) continue
  makers[name]?.()
  writeFileSync(done, '')
}
