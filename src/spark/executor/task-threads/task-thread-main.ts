/** The module that a task thread runs. */
import { nodeEnvironment } from '../../../platform/index.ts'
import { oneTaskAtATime } from '../../rdd/index.ts'
import { markExecutor } from '../driver-only.ts'
import { runTaskThread } from './task-thread.ts'

markExecutor()
oneTaskAtATime()
runTaskThread(nodeEnvironment())
