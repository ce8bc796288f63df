/**
 * Containers of a Docker engine, by its HTTP API on a Unix socket: no command line of Docker is needed.
 *
 * {@link descriptionOf} says, purely, what an engine is to create for a container: image, command, bounds, network, ports, volumes, and
 * the framework's parameters. {@link launchDocker} pulls, creates and starts it as `mesos-<container id>`, writes its output to its sandbox
 * as it comes, and removes it when it has ended. By that name the next agent finds it again.
 *
 * Guarantees: a container's end is told once and with its exit code, also when the engine was away meanwhile; then the engine
 * has nothing of it left.
 */
export { DockerEngine } from './engine.ts'
export { launchDocker, removeDocker } from './docker-container.ts'
export { descriptionOf } from './description.ts'
export { OutputFrames } from './output.ts'
export { usageInDocker } from './usage.ts'
