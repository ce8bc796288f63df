/**
 * `node scripts/s3.mjs`: an object store that speaks as S3 does (moto's server) on loopback, until it is interrupted or its
 * standard input ends; set up first where it has not been (see foreign-programs.mjs). Prints its URL once it answers.
 */
import { spawn } from 'node:child_process'
import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { setUp } from './foreign-programs.mjs'
import { freePort } from './free-port.mjs'
import { Stop, endWithStarter, runEntry } from './steps.mjs'

const HOST = '127.0.0.1'
const START_LIMIT_MS = 60_000
const LOOK_EVERY_MS = 100

/** @param {string} url @returns {Promise<boolean>} */
const answers = (url) =>
  new Promise((resolve) => {
    get(url, (response) => {
      response.resume()
      resolve(true)
    }).on('error', () => resolve(false))
  })

await runEntry(async () => {
  const place = await setUp('moto')
  const port = await freePort()
  const python = join(place, 'venv', 'bin', 'python')
  const program = 'import moto.server; moto.server.main()'
  let said = ''
  const child = spawn(python, ['-c', program, '-H', HOST, '-p', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-2000)))
  }
  endWithStarter(() => child.kill('SIGKILL'))
  const url = `http://${HOST}:${port}`
  for (let waited = 0; waited < START_LIMIT_MS; waited += LOOK_EVERY_MS) {
    if (child.exitCode !== null) throw new Stop(`it has ended: ${said}`)
    if (await answers(`${url}/moto-api/`)) {
      process.stdout.write(`${url}\n`)
      await new Promise(() => {})
    }
    await pause(LOOK_EVERY_MS)
  }
  throw new Stop(`it does not answer: ${said}`)
})
