import { unsupported } from '../volumes.ts'

/** The part of a container's description that parameters may change; names are those of the engine's API. */
export interface Description {
  Image: string
  Cmd?: readonly string[]
  Entrypoint?: readonly string[]
  Env: string[]
  Labels: Record<string, string>
  ExposedPorts: Record<string, Readonly<Record<string, never>>>
  Hostname?: string
  User?: string
  WorkingDir?: string
  StopSignal?: string
  HostConfig: HostConfig
}

/** What a container has of its host. */
export interface HostConfig {
  Binds: string[]
  PortBindings: Record<string, { readonly HostPort: string; readonly HostIp?: string }[]>
  [name: string]: unknown
}

type Apply = (description: Description, value: string) => void

const intoList =
  (name: string): Apply =>
  ({ HostConfig: host }, value) => {
    host[name] = [...((host[name] as string[] | undefined) ?? []), value]
  }
const intoMap =
  (name: string): Apply =>
  ({ HostConfig: host }, value) => {
    const [key, rest] = split(value, '=')
    host[name] = { ...(host[name] as object | undefined), [key]: rest }
  }
const asText =
  (name: string): Apply =>
  ({ HostConfig: host }, value) => {
    host[name] = value
  }
const asFlag =
  (name: string): Apply =>
  ({ HostConfig: host }, value) => {
    host[name] = value !== 'false'
  }
const asBytes =
  (name: string): Apply =>
  ({ HostConfig: host }, value) => {
    host[name] = value === '-1' ? -1 : bytes(value)
  }

/** Options of `docker run` that frameworks may give, long and without dashes, as what they mean to the API. */
const OPTIONS: Readonly<Record<string, Apply>> = {
  'add-host': intoList('ExtraHosts'),
  'cap-add': intoList('CapAdd'),
  'cap-drop': intoList('CapDrop'),
  'cpuset-cpus': asText('CpusetCpus'),
  dns: intoList('Dns'),
  'dns-search': intoList('DnsSearch'),
  entrypoint: (description, value) => {
    description.Entrypoint = [value]
  },
  env: ({ Env: variables }, value) => {
    variables.push(value)
  },
  expose: ({ ExposedPorts: ports }, value) => {
    ports[value.includes('/') ? value : `${value}/tcp`] = {}
  },
  'group-add': intoList('GroupAdd'),
  hostname: (description, value) => {
    description.Hostname = value
  },
  init: asFlag('Init'),
  ipc: asText('IpcMode'),
  label: ({ Labels: labels }, value) => {
    const [name, rest] = split(value, '=')
    labels[name] = rest
  },
  'log-driver': ({ HostConfig: host }, value) => {
    host['LogConfig'] = { ...(host['LogConfig'] as object | undefined), Type: value }
  },
  'memory-swap': asBytes('MemorySwap'),
  net: asText('NetworkMode'),
  network: asText('NetworkMode'),
  'oom-kill-disable': asFlag('OomKillDisable'),
  pid: asText('PidMode'),
  'pids-limit': ({ HostConfig: host }, value) => {
    host['PidsLimit'] = Number(value)
  },
  privileged: asFlag('Privileged'),
  'read-only': asFlag('ReadonlyRootfs'),
  'security-opt': intoList('SecurityOpt'),
  'shm-size': asBytes('ShmSize'),
  'stop-signal': (description, value) => {
    description.StopSignal = value
  },
  sysctl: intoMap('Sysctls'),
  tmpfs: ({ HostConfig: host }, value) => {
    const [path, options] = split(value, ':')
    host['Tmpfs'] = { ...(host['Tmpfs'] as object | undefined), [path]: options }
  },
  ulimit: ({ HostConfig: host }, value) => {
    const [name, bounds] = split(value, '=')
    const [soft = '', hard = soft] = bounds.split(':')
    const one = { Name: name, Soft: Number(soft), Hard: Number(hard) }
    host['Ulimits'] = [...((host['Ulimits'] as object[] | undefined) ?? []), one]
  },
  user: (description, value) => {
    description.User = value
  },
  uts: asText('UTSMode'),
  volume: ({ HostConfig: { Binds: binds } }, value) => {
    binds.push(value)
  },
  workdir: (description, value) => {
    description.WorkingDir = value
  },
}

/** Does what a parameter says. @throws TROUPE_MESOS_CONTAINER_UNSUPPORTED for one that is not known */
export function applyParameter(description: Description, key: string, value: string): void {
  const apply = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined
  if (apply === undefined) {
    const known = Object.keys(OPTIONS).join(', ')
    throw unsupported(`The parameter ${key} is not one of these: ${known}`)
  }
  apply(description, value)
}

function split(text: string, by: string): readonly [string, string] {
  const at = text.indexOf(by)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

function bytes(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+)([bkmg]?)$/i.exec(text) ?? []
  if (amount === '') throw unsupported(`${text} is no amount such as 64m`)
  return Number(amount) * (UNITS[unit.toLowerCase()] ?? 1)
}
