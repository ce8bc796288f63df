import test from 'ava'

import { outsidePackages, spreadPackages } from '../../scripts/outside-packages.mjs'

test('packages are found in each form of import, by their name without the path inside', (t) => {
  const text = `
import { wrap } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { A } from '@scope/types/sub'
import {
  B,
} from 'wide'
import 'bare'
export { C } from "quoted"
const loaded = await import('loaded')
`
  t.deepEqual(
    [...outsidePackages(text)],
    ['comlink', '@scope/types', 'wide', 'bare', 'quoted', 'loaded'],
  )
})

test('own files and modules of Node are not outside packages', (t) => {
  const text = `
import { a } from './a.ts'
import { b } from '../b/index.ts'
import fs from 'node:fs'
import net from 'net'
import { c } from '#scripts/c'
// a text from 'nowhere' is not an import
`
  t.deepEqual([...outsidePackages(text)], [])
})

test('a package that two files import is reported with both', (t) => {
  const files = [
    ['src/a.ts', "import { x } from 'shared'\nimport { y } from 'single'"],
    ['src/b.ts', "import type { X } from 'shared'"],
  ]
  t.deepEqual(spreadPackages(files), [
    'shared is imported in src/a.ts, src/b.ts: keep it to one adapter',
  ])
})
