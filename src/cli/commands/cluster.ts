import { Command } from '../command-line.ts'
import { formatAddress } from '../../actors/index.ts'
import { MesosError, basicHeader, masterUrl, type Credential } from '../../mesos/index.ts'
import { bodyOf, type Environment } from '../../platform/index.ts'
import {
  agentRows,
  offerRows,
  roleRows,
  stateRows,
  taskRows,
  type ClusterAnswer,
} from '../report/cluster-tables.ts'
import { table } from '../report/table.ts'
import type { CommandFactory } from './command.ts'
import { credentialOf } from './door-flags.ts'

interface Look {
  readonly name: string
  readonly description: string
  /** What of the master's door is read. */
  readonly target: string
  readonly rows: (answer: ClusterAnswer) => readonly (readonly string[])[]
  /** The first column that stands to the right. */
  readonly firstNumber: number
  /** What is said in place of a table without rows. */
  readonly none: string
}

const LOOKS: readonly Look[] = [
  {
    name: 'state',
    description: 'show what a master has: agents, frameworks, tasks, resources',
    target: '/master/state',
    rows: stateRows,
    firstNumber: 2,
    none: '',
  },
  {
    name: 'tasks',
    description: 'list the tasks of a cluster',
    target: '/master/tasks?limit=100000',
    rows: taskRows,
    firstNumber: 5,
    none: 'no tasks',
  },
  {
    name: 'agents',
    description: 'list the agents of a cluster, with what they have and what of it is used',
    target: '/master/slaves',
    rows: agentRows,
    firstNumber: 3,
    none: 'no agents',
  },
  {
    name: 'offers',
    description: 'list the offers that are out',
    target: '/master/frameworks',
    rows: offerRows,
    firstNumber: 4,
    none: 'no offers',
  },
  {
    name: 'roles',
    description: 'list the roles of a cluster, with weights, quotas and what they have',
    target: '/master/roles',
    rows: roleRows,
    firstNumber: 1,
    none: 'no roles',
  },
]

interface LookFlags {
  readonly master: string
  readonly credential?: string
  readonly json: boolean
}

/** `troupe state|tasks|agents|offers|roles`: what a master knows, of this house or of Apache Mesos. */
export const lookCommands: readonly CommandFactory[] = LOOKS.map(
  (look) => (environment) =>
    new Command(look.name)
      .description(look.description)
      .requiredOption('--master <host:port>', "where the master's HTTP door is")
      .option(
        '--credential <file>',
        'principal and secret, where the master wants to know who asks',
      )
      .option('--json', 'what the master answered, for programs', false)
      .action(async (flags: LookFlags) => {
        const { disk } = environment
        const credential = flags.credential && (await credentialOf(disk, flags.credential))
        const text = await read(environment, flags.master, look.target, credential || undefined)
        const { stdout } = environment.processes
        if (flags.json) {
          stdout.write(`${text}\n`)
          return
        }
        const rows = look.rows(JSON.parse(text) as ClusterAnswer)
        const shown = rows.length > 1 ? table(rows, look.firstNumber) : look.none
        stdout.write(`${shown}\n`)
      }),
)

/** @throws TROUPE_MESOS_ANSWER_INVALID, and what `request` throws */
async function read(
  { http }: Environment,
  master: string,
  target: string,
  credential: Credential | undefined,
): Promise<string> {
  const door = masterUrl(master.startsWith('http://') ? master : `http://${master}`)
  const response = await http.request(door, {
    method: 'GET',
    target,
    headers: {
      host: formatAddress(door),
      accept: 'application/json',
      ...(credential !== undefined && { authorization: basicHeader(credential) }),
    },
    body: new Uint8Array(0),
  })
  const text = new TextDecoder().decode(await bodyOf(response))
  if (response.status === 200 && isJson(text)) return text
  throw new MesosError(
    'TROUPE_MESOS_ANSWER_INVALID',
    `http://${formatAddress(door)}${target} answers with ${response.status} and no state of a cluster: give the address of a master's HTTP door.`,
    { data: { status: response.status } },
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
