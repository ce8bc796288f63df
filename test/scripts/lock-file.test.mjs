import { readFileSync } from 'node:fs'

import test from 'ava'

const { packages } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
)
const locked = Object.entries(packages).filter(([path]) => path !== '')

test('the lock names no registry, so that each machine uses its own', (t) => {
  t.deepEqual(
    locked.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path),
    [],
  )
})

test('every package is locked by its content', (t) => {
  t.deepEqual(
    locked.filter(([, entry]) => !entry.version || !entry.integrity).map(([path]) => path),
    [],
  )
})

test('binaries for other systems are locked too, without which npm ci refuses the lock', (t) => {
  const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      )
      .map((name) => `${name}, wanted by ${path}`),
  )
  t.deepEqual(missing, [])
})
