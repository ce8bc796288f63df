/** From the start of the process: the context that is ready, then the first job. The harness looks at its clock. */
import { contextOf } from './engine-harness.ts'

const sc = await contextOf('start')
process.stdout.write('READY\n')
const rows = await sc.parallelize([0, 1], 2).count()
process.stdout.write(`FIRST ${rows}\n`)
await sc.stop()
