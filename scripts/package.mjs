/**
 * `npm run package`: the package as it is installed, in build/package. Its modules are those of the build put together to some
 * fifty files, since Node takes about half a millisecond of processor time for each file that it loads.
 */
import { runEntry } from './steps.mjs'
import { makePackage } from './make-package.mjs'
import { prepare } from './prepare.mjs'

await runEntry(async () => {
  await prepare()
  await makePackage()
  return 0
})
