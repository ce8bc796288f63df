/** The module that a task thread runs. */
import { nodeEnvironment } from '../../../platform/index.ts'
import { runTaskThread } from './task-thread.ts'

runTaskThread(nodeEnvironment())
