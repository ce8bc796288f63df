/** The actions of the engine, each registered under the kind it travels by. */
import { registerAction } from './action.ts'
import { aggregate, callFunction, foreachPartition, reduce } from './fold-actions.ts'
import { countBy, lookup, reduceByKeyLocally } from './key-actions.ts'
import { histogram, stats, sum } from './number-actions.ts'
import { takeOrdered } from './order-actions.ts'
import { sketch } from './sketch-actions.ts'
import { collect, count, foreach, sampleKeys, take } from './row-actions.ts'
import { saveCheckpoint } from './save-checkpoint.ts'
import { saveObjects, saveText } from './save-files.ts'

registerAction('aggregate', aggregate)
registerAction('countBy', countBy)
registerAction('foreachPartition', foreachPartition)
registerAction('histogram', histogram)
registerAction('lookup', lookup)
registerAction('reduceByKeyLocally', reduceByKeyLocally)
registerAction('sketch', sketch)
registerAction('stats', stats)
registerAction('sum', sum)
registerAction('takeOrdered', takeOrdered)
registerAction('function', callFunction)
registerAction('collect', collect)
registerAction('count', count)
registerAction('foreach', foreach)
registerAction('reduce', reduce)
registerAction('sampleKeys', sampleKeys)
registerAction('saveCheckpoint', saveCheckpoint)
registerAction('saveObjects', saveObjects)
registerAction('saveText', saveText)
registerAction('take', take)

export { runAction } from './action.ts'
export type { ActionFunction, ActionSpec } from './action.ts'
