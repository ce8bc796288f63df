type Amounts = Readonly<Record<string, number | string>>

interface Task {
  readonly id: string
  readonly name: string
  readonly framework_id: string
  readonly slave_id: string
  readonly state: string
  readonly resources: Amounts
}

interface Agent {
  readonly id: string
  readonly hostname: string
  readonly active: boolean
  readonly resources: Amounts
  readonly used_resources: Amounts
}

interface Framework {
  readonly id: string
  readonly name: string
  readonly active: boolean
  readonly used_resources: Amounts
  readonly tasks?: readonly Task[]
  readonly offers?: readonly {
    readonly id: string
    readonly slave_id: string
    readonly allocation_info?: { readonly role: string }
    readonly resources: Amounts
  }[]
}

interface Role {
  readonly name: string
  readonly weight: number
  readonly frameworks: readonly string[]
  readonly quota?: { readonly guarantee?: Amounts; readonly limit?: Amounts }
  readonly allocated?: Amounts
  readonly offered?: Amounts
  readonly resources: Amounts
}

/** What a master's endpoints answer, as far as the tables show it. */
export interface ClusterAnswer {
  readonly id?: string
  readonly hostname?: string
  readonly version?: string
  readonly slaves?: readonly Agent[]
  readonly frameworks?: readonly Framework[]
  readonly tasks?: readonly Task[]
  readonly roles?: readonly Role[]
}

type Rows = readonly (readonly string[])[]

const NAMES = ['cpus', 'mem', 'disk'] as const

/** What there is of everything, in a few lines. */
export function stateRows({ slaves = [], frameworks = [], ...master }: ClusterAnswer): Rows {
  const tasks = frameworks.flatMap((framework) => framework.tasks ?? [])
  const states = new Map<string, number>()
  for (const { state } of tasks) states.set(state, (states.get(state) ?? 0) + 1)
  const offers = frameworks.reduce((sum, one) => sum + (one.offers ?? []).length, 0)
  const active = slaves.filter((agent) => agent.active).length
  const connected = frameworks.filter((framework) => framework.active).length
  return [
    ['master', `${master.id ?? ''} on ${master.hostname ?? ''}, version ${master.version ?? ''}`],
    ['agents', `${slaves.length}, ${active} active`],
    ['frameworks', `${frameworks.length}, ${connected} active`],
    ['tasks', [`${tasks.length}`, ...[...states].map(([state, n]) => `${n} ${state}`)].join(', ')],
    ['offers', String(offers)],
    ...NAMES.map((name) => [
      name,
      `${sum(slaves, 'used_resources', name)} of ${sum(slaves, 'resources', name)} used`,
    ]),
  ]
}

export function taskRows({ tasks = [] }: ClusterAnswer): Rows {
  return [
    ['task', 'name', 'state', 'framework', 'agent', 'cpus', 'mem'],
    ...tasks.map((task) => [
      task.id,
      task.name,
      task.state,
      task.framework_id,
      task.slave_id,
      amount(task.resources, 'cpus'),
      amount(task.resources, 'mem'),
    ]),
  ]
}

export function agentRows({ slaves = [] }: ClusterAnswer): Rows {
  return [
    ['agent', 'hostname', 'active', ...NAMES.map((name) => `${name} used`)],
    ...slaves.map((agent) => [
      agent.id,
      agent.hostname,
      agent.active ? 'yes' : 'no',
      ...NAMES.map(
        (name) => `${amount(agent.used_resources, name)} of ${amount(agent.resources, name)}`,
      ),
    ]),
  ]
}

export function offerRows({ frameworks = [] }: ClusterAnswer): Rows {
  return [
    ['offer', 'framework', 'role', 'agent', ...NAMES],
    ...frameworks.flatMap(({ id, offers = [] }) =>
      offers.map((offer) => [
        offer.id,
        id,
        offer.allocation_info?.role ?? '*',
        offer.slave_id,
        ...NAMES.map((name) => amount(offer.resources, name)),
      ]),
    ),
  ]
}

export function roleRows({ roles = [] }: ClusterAnswer): Rows {
  return [
    ['role', 'weight', 'frameworks', 'cpus', 'mem', 'guarantee', 'limit'],
    ...roles.map((role) => [
      role.name,
      String(role.weight),
      String(role.frameworks.length),
      amount(role.resources, 'cpus'),
      amount(role.resources, 'mem'),
      listed(role.quota?.guarantee),
      listed(role.quota?.limit),
    ]),
  ]
}

function amount(amounts: Amounts, name: string): string {
  return String(amounts[name] ?? 0)
}

function listed(amounts: Amounts = {}): string {
  return (
    Object.entries(amounts)
      .map(([name, value]) => `${name}:${value}`)
      .join(';') || '-'
  )
}

function sum(agents: readonly Agent[], of: 'resources' | 'used_resources', name: string): number {
  const total = agents.reduce((all, agent) => all + Number(agent[of][name] ?? 0), 0)
  return Math.round(total * 1000) / 1000
}
