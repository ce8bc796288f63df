import type { Environment } from '../../../platform/index.ts'
import { MesosError } from '../../errors.ts'

type Ports = Pick<Environment, 'disk' | 'processes'>

/** Where networks and the programs that make them are. */
export interface CniSettings {
  /** A configuration a file, `.json` or `.conf` (`--network_cni_config_dir`). */
  readonly configDirectory: string
  /** Programs, by the `type` of configurations (`--network_cni_plugins_dir`). */
  readonly pluginsDirectory: string
}

interface Network {
  readonly name: string
  readonly plugin: string
  readonly text: Uint8Array
}

/**
 * Networks of their own for containers, by plugins of the Container Network Interface. What a container has joined is written down in its
 * runtime directory, so that the next agent can take it out again.
 * @see https://www.cni.dev/docs/spec
 */
export class CniNetworks {
  readonly #ports: Ports
  readonly #settings: CniSettings

  constructor(ports: Ports, settings: CniSettings) {
    this.#ports = ports
    this.#settings = settings
  }

  /** Takes the namespace of a process into a network; resolves to its address there. @throws TROUPE_MESOS_NETWORK_FAILED */
  async attach(
    containerId: string,
    pid: number,
    name: string,
    runtime: string,
  ): Promise<string | undefined> {
    const { disk } = this.#ports
    const network = await this.#find(name)
    const joined = new TextEncoder().encode(JSON.stringify({ name, plugin: network.plugin }))
    await disk.writeFile(`${runtime}/network-config`, network.text)
    await disk.writeFile(`${runtime}/network`, joined)
    await this.#run('ADD', network, containerId, `/proc/${pid}/ns/net`, runtime)
    return this.addressOf(runtime)
  }

  /** Takes a container out of the network it has joined, if any; its namespace may be gone. */
  async detach(containerId: string, runtime: string): Promise<void> {
    const { disk } = this.#ports
    if ((await disk.stat(`${runtime}/network`)) === undefined) return
    const { name = '', plugin = '' } = parsed(await disk.readFile(`${runtime}/network`))
    const text = await disk.readFile(`${runtime}/network-config`)
    await this.#run(
      'DEL',
      { name: String(name), plugin: String(plugin), text },
      containerId,
      '',
      runtime,
    )
  }

  /** What a container that has joined is reached by. */
  async addressOf(runtime: string): Promise<string | undefined> {
    const { disk } = this.#ports
    const path = `${runtime}/network-ADD`
    if ((await disk.stat(path)) === undefined) return undefined
    const { ips, ip4 } = parsed(await disk.readFile(path)) as {
      readonly ips?: readonly { readonly address?: string }[]
      /** As older plugins say it. */
      readonly ip4?: { readonly ip?: string }
    }
    return (ips?.[0]?.address ?? ip4?.ip)?.split('/')[0]
  }

  async #find(name: string): Promise<Network> {
    const { disk } = this.#ports
    const { configDirectory } = this.#settings
    const files = await disk.list(configDirectory).catch(() => [])
    const names: string[] = []
    for (const { path } of files.filter((one) => /\.(?:json|conf)$/.test(one.path))) {
      const text = await disk.readFile(path)
      const { name: found, type } = parsed(text)
      if (found === name && typeof type === 'string' && !type.includes('/')) {
        return { name, plugin: type, text }
      }
      if (typeof found === 'string') names.push(found)
    }
    const has = names.length === 0 ? 'no network' : names.join(', ')
    throw failed(name, `${configDirectory} has ${has}`)
  }

  async #run(
    command: 'ADD' | 'DEL',
    { name, plugin, text }: Network,
    containerId: string,
    namespace: string,
    runtime: string,
  ): Promise<void> {
    const { disk, processes } = this.#ports
    const { pluginsDirectory } = this.#settings
    const config = `${runtime}/network-config`
    const output = `${runtime}/network-${command}`
    await disk.writeFile(config, text)
    // What an earlier run has said is not this one's.
    await disk.remove(output)
    const { exited } = await processes.start({
      command: '/bin/sh',
      args: ['-c', 'exec "$1" <"$2"', 'sh', `${pluginsDirectory}/${plugin}`, config],
      environment: {
        CNI_COMMAND: command,
        CNI_CONTAINERID: containerId,
        CNI_NETNS: namespace,
        CNI_IFNAME: 'eth0',
        CNI_PATH: pluginsDirectory,
      },
      stdout: output,
      stderr: `${runtime}/network-errors`,
    })
    const { code } = await exited
    if (code === 0) return
    const { msg = '', details = '' } = parsed(await disk.readFile(output))
    const said = new TextDecoder().decode(await disk.readFile(`${runtime}/network-errors`)).trim()
    const why = [msg, details, said].filter((one) => one !== '').join(': ')
    throw failed(name, `${plugin} ${command} ended with ${code ?? 'a signal'}: ${why}`)
  }
}

function failed(name: string, why: string): MesosError {
  return new MesosError('TROUPE_MESOS_NETWORK_FAILED', `The network ${name} can't be had: ${why}`, {
    data: { network: name, why },
  })
}

/** Nothing where it is no object of JSON. */
function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
