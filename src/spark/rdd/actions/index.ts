/** The actions of the engine, each registered under the kind it travels by. */
import { registerAction } from './action.ts'
import { collect, count, foreach, reduce, sampleKeys, take } from './row-actions.ts'
import { saveText } from './save-text.ts'

registerAction('collect', collect)
registerAction('count', count)
registerAction('foreach', foreach)
registerAction('reduce', reduce)
registerAction('sampleKeys', sampleKeys)
registerAction('saveText', saveText)
registerAction('take', take)

export { runAction } from './action.ts'
export type { ActionFunction, ActionSpec } from './action.ts'
