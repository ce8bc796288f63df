/** What threads of a pool run by default. */
import { nodeEnvironment } from '../../platform/index.ts'
import { runThread } from './run-thread.ts'

runThread(nodeEnvironment())
