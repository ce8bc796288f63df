import type {
  CheckInfo,
  CommandInfo,
  ContainerInfo,
  HealthCheck,
  Volume,
} from '../protocol/index.ts'

/** What is wrong with a command; the texts of this file are those of Mesos. @see common/validation.cpp of Apache Mesos */
export function commandProblem(command: CommandInfo | undefined): string | undefined {
  for (const { name, type = 'VALUE', value, secret } of command?.environment?.variables ?? []) {
    const variable = `Environment variable '${name}' of type '${type}'`
    if (type === 'UNKNOWN') return "Environment variable of type 'UNKNOWN' is not allowed"
    if (type === 'VALUE') {
      if (value === undefined) return `${variable} must have a value set`
      if (secret !== undefined) return `${variable} must not have a secret set`
      continue
    }
    if (secret === undefined) return `${variable} must have a secret set`
    if (value !== undefined) return `${variable} must not have a value set`
    return `${variable} can't be resolved: this cluster keeps no secrets`
  }
  return undefined
}

export function containerProblem(container: ContainerInfo | undefined): string | undefined {
  if (container === undefined) return undefined
  for (const volume of container.volumes ?? []) {
    const wrong = volumeProblem(volume)
    if (wrong !== undefined) return `Invalid volume: ${wrong}`
  }
  if (container.type !== 'DOCKER') return undefined
  if (container.docker === undefined) {
    return "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo"
  }
  return container.docker.parameters?.some(({ key }) => key === 'name') === true
    ? "Parameter in DockerInfo must not be 'name'"
    : undefined
}

function volumeProblem(volume: Volume): string | undefined {
  const image = (volume as { readonly image?: unknown }).image
  const given = [volume.host_path, image, volume.source].filter((one) => one !== undefined)
  if (given.length !== 1) {
    return "Only one of them should be set: 'host_path', 'image' and 'source'"
  }
  const { source } = volume
  if (source === undefined) return undefined
  switch (source.type) {
    case 'HOST_PATH':
      return source.host_path === undefined
        ? "'source.host_path' is not set for HOST_PATH volume"
        : undefined
    case 'SANDBOX_PATH':
      return source.sandbox_path === undefined
        ? "'source.sandbox_path' is not set for SANDBOX_PATH volume"
        : undefined
    case 'DOCKER_VOLUME':
    case 'SECRET':
    case 'CSI_VOLUME':
      return undefined
    default:
      return "'source.type' is unknown"
  }
}

export function healthCheckProblem(check: HealthCheck | undefined): string | undefined {
  if (check === undefined) return undefined
  const { type, command, http, tcp } = check
  if (type === undefined) return "HealthCheck must specify 'type'"
  switch (type) {
    case 'COMMAND': {
      if (command === undefined) return "Expecting 'command' to be set for COMMAND health check"
      if (command.value === undefined) {
        return `Command health check must contain ${commandType(command)}`
      }
      const wrong = commandProblem(command)
      if (wrong !== undefined) return `Health check's \`CommandInfo\` is invalid: ${wrong}`
      break
    }
    case 'HTTP':
      if (http === undefined) return "Expecting 'http' to be set for HTTP health check"
      if (http.scheme !== undefined && !['http', 'https'].includes(http.scheme)) {
        return `Unsupported HTTP health check scheme: '${http.scheme}'`
      }
      if (http.path !== undefined && !http.path.startsWith('/')) {
        return `The path '${http.path}' of HTTP health check must start with '/'`
      }
      break
    case 'TCP':
      if (tcp === undefined) return "Expecting 'tcp' to be set for TCP health check"
      break
    case 'UNKNOWN':
      return "'UNKNOWN' is not a valid health check type"
  }
  return negative(check, [
    'delay_seconds',
    'grace_period_seconds',
    'interval_seconds',
    'timeout_seconds',
  ])
}

export function checkProblem(check: CheckInfo | undefined): string | undefined {
  if (check === undefined) return undefined
  const { type, command, http, tcp } = check
  if (type === undefined) return "CheckInfo must specify 'type'"
  switch (type) {
    case 'COMMAND': {
      if (command === undefined) return "Expecting 'command' to be set for COMMAND check"
      if (command.command.value === undefined) {
        return `Command check must contain ${commandType(command.command)}`
      }
      const wrong = commandProblem(command.command)
      if (wrong !== undefined) return `Check's \`CommandInfo\` is invalid: ${wrong}`
      break
    }
    case 'HTTP':
      if (http === undefined) return "Expecting 'http' to be set for HTTP check"
      if (http.path !== undefined && !http.path.startsWith('/')) {
        return `The path '${http.path}' of HTTP check must start with '/'`
      }
      break
    case 'TCP':
      if (tcp === undefined) return "Expecting 'tcp' to be set for TCP check"
      break
    case 'UNKNOWN':
      return "'UNKNOWN' is not a valid check type"
  }
  return negative(check, ['delay_seconds', 'interval_seconds', 'timeout_seconds'])
}

function commandType({ shell = true }: CommandInfo): string {
  return shell ? "'shell command'" : "'executable path'"
}

function negative<Name extends string>(
  times: Readonly<Partial<Record<Name, unknown>>>,
  names: readonly Name[],
): string | undefined {
  const name = names.find((one) => Number(times[one] ?? 0) < 0)
  return name === undefined ? undefined : `Expecting '${name}' to be non-negative`
}
