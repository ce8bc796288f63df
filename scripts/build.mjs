/** `npm run build`: packages and compiled output, when they are not there. */
import { prepare } from './prepare.mjs'
import { runEntry, say } from './steps.mjs'

await runEntry(async () => {
  await prepare()
  say('the build is up to date')
  return 0
})
