import { rolesOf } from '../../protocol/index.ts'
import { add, noResources, type Resources } from '../../resources/index.ts'
import { amounts, Cluster, type MasterView } from './view.ts'

/** What the frameworks of a role have. */
export interface RoleSummary {
  readonly name: string
  readonly weight: number
  readonly frameworks: readonly string[]
  readonly held: Resources
  readonly offered: Resources
}

/** The roles that frameworks are in, and `*`. A framework in several roles counts in each. */
export function roleSummaries({ snapshot }: MasterView): readonly RoleSummary[] {
  const cluster = new Cluster(snapshot)
  return cluster.roles.map((name) => {
    const among = snapshot.frameworks.filter(({ info }) => rolesOf(info).includes(name))
    const frameworks = among.map(({ id }) => id)
    const sum = (of: (frameworkId: string) => Resources): Resources =>
      frameworks.map(of).reduce(add, noResources)
    return {
      name,
      weight: 1,
      frameworks,
      held: sum((frameworkId) => cluster.usedBy({ frameworkId })),
      offered: sum((frameworkId) => cluster.offeredTo({ frameworkId })),
    }
  })
}

/** The answer of `/roles`. Weights and quota are those of the allocator's defaults until it can be told others. */
export function rolesJson(view: MasterView): unknown {
  return {
    roles: roleSummaries(view).map(({ name, weight, frameworks, held, offered }) => ({
      name,
      weight,
      quota: { role: name, guarantee: {}, limit: {}, consumed: amounts(held) },
      resources: amounts(add(held, offered)),
      allocated: amounts(held),
      offered: amounts(offered),
      reserved: {},
      frameworks,
    })),
  }
}
