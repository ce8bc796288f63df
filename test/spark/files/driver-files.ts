import { memoryEnvironment, type Disk, type MemoryWorld } from '../../../src/platform/index.ts'
import type { TaskPorts } from '../../../src/spark/rdd/index.ts'
import type { SparkConf } from '../../../src/spark/context/conf/index.ts'
import { fileSystemsConf } from '../../../src/spark/context/file-systems-conf.ts'
import { DriverFiles, type FilePorts } from '../../../src/spark/files/index.ts'

/** The ways to files of a world, with this disk. */
export function portsOf(world: MemoryWorld, disk: Disk = world.disk('main')): TaskPorts {
  const { http, processes, cassandra, clock } = world.environment()
  return { disk, http, objectStores: world.objectStores, processes, cassandra, clock }
}

/** Files as a driver with such a configuration knows them. */
export function driverFiles(ports: FilePorts, conf: SparkConf = {}): DriverFiles {
  return new DriverFiles(ports, fileSystemsConf(conf, { USER: 'ada' }))
}

/** Those of a disk in memory, and nothing else. */
export function filesOn(disk: Disk): DriverFiles {
  return driverFiles(portsOf(memoryEnvironment(), disk))
}
