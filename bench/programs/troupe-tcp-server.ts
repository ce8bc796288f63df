import { ActorSystem, startNode } from '../../src/actors/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { echoing } from './echo.ts'
import { flag } from './harness.ts'

/** The other process of `troupe-tcp`: runs until it is ended. */
const system = ActorSystem.create('server', { environment: nodeEnvironment() })
system.spawn(echoing(null), 'echo')
await startNode(system, { port: Number(flag('port')) })
process.stdout.write('ready\n')
