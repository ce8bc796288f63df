/**
 * `node scripts/foreign.mjs [name…]`: sets up the programs that others wrote, which
 * test/mesos/foreign runs ours against (or those named), and says where they stand.
 * `node scripts/foreign.mjs --where name` only prints the folder of one; in CI it sets it up first,
 * elsewhere it fails when that has not been done.
 */
import { isSetUp, placeOf, programs, setUp } from './foreign-programs.mjs'
import { Stop, runEntry, say } from './steps.mjs'

const [first, ...rest] = process.argv.slice(2)

/** @param {string} name */
const where = async (name) => {
  if (process.env.CI) await setUp(name)
  else if (!isSetUp(name)) throw new Stop(`not set up: node scripts/foreign.mjs ${name}`)
  process.stdout.write(`${placeOf(name)}\n`)
}

await runEntry(async () => {
  if (first === '--where') {
    await where(rest[0] ?? '')
    return 0
  }
  let code = 0
  for (const name of first === undefined ? Object.keys(programs) : [first, ...rest]) {
    try {
      say(`${name}: ${await setUp(name)}`)
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      say(error.message)
      code = 1
    }
  }
  return code
})
