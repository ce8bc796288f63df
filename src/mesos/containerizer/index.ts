/**
 * Containers: how an agent runs an executor.
 *
 * A container is an actor, child of its agent, made of a {@link ContainerSpec}. It tells its owner `container-started`
 * or `container-failed`, and in the end `container-exited`; `destroy` ends it. {@link processContainer} isolates nothing:
 * an operating-system process per container. Others (cgroups and namespaces, a Docker engine) fit behind the same
 * {@link Containerizer}; an agent may try several in order.
 *
 * Guarantees: every container that has started tells of exactly one exit; its output is in `stdout` and `stderr` of its
 * sandbox, which is kept; nothing it started is left when its actor stops.
 */
import type { ActorRef, Behavior } from '../../actors/index.ts'
import type { ContainerMessage, ContainerNotice, ContainerSpec } from './protocol.ts'

/** Makes the actor of one container. */
export type Containerizer = (
  spec: ContainerSpec,
  owner: ActorRef<ContainerNotice>,
) => Behavior<ContainerMessage>

export { makeContainerizers } from './containerizers.ts'
export type { ContainerizerOptions, Containerizers } from './containerizers.ts'
export { processContainer } from './process-container.ts'
export { commandLineOf } from './command.ts'
export type { CommandLine } from './command.ts'
export type {
  ContainerLimitation,
  ContainerMessage,
  ContainerNotice,
  ContainerResources,
  ContainerSpec,
  ContainerStatistics,
  ExecAnswer,
} from './protocol.ts'
