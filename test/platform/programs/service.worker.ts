import { nodeEnvironment } from '../../../src/platform/index.ts'
import { runService } from './service.ts'

runService(nodeEnvironment())
