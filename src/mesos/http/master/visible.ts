import type {
  ClusterNews,
  FrameworkSnapshot,
  MasterSnapshot,
  TaskSnapshot,
} from '../../master/index.ts'
import type { ExecutorInfo, FrameworkInfo } from '../../protocol/index.ts'
import type { Guard, Principal } from '../guard.ts'

/** What of the cluster a principal may see. @see master/http.cpp of Apache Mesos, its uses of ObjectApprovers */
export class Sight {
  readonly #guard: Guard
  readonly #principal: Principal
  /** The users that frameworks run as, by their ids, as far as they are known. */
  readonly #users = new Map<string, string>()

  constructor(guard: Guard, principal: Principal) {
    this.#guard = guard
    this.#principal = principal
  }

  /** What is to be seen of a state. */
  of(whole: MasterSnapshot): MasterSnapshot {
    for (const { id, info } of whole.frameworks) this.#users.set(id, info.user)
    if (this.#guard.isOpen) return whole
    const frameworks = whole.frameworks.flatMap((one) => this.#framework(one))
    const known = new Set(frameworks.map(({ id }) => id))
    return {
      ...whole,
      frameworks,
      completedFrameworks: whole.completedFrameworks.flatMap((one) => this.#framework(one)),
      agents: whole.agents.map((agent) => ({
        ...agent,
        executors: agent.executors.filter(
          ({ frameworkId, info }) =>
            known.has(frameworkId) &&
            this.#allows('view_executors', this.#userOf(frameworkId, info)),
        ),
      })),
      tasks: whole.tasks.filter((task) => known.has(task.frameworkId) && this.#seesTask(task)),
      operations: whole.operations.filter(({ frameworkId }) => known.has(frameworkId)),
      offers: whole.offers.filter(({ framework_id }) => known.has(framework_id.value)),
      roles: whole.roles.filter(({ role }) => this.#allows('view_roles', role)),
    }
  }

  /** Whether news are for this principal's eyes. */
  isFor(news: ClusterNews): boolean {
    switch (news.type) {
      case 'framework-added':
      case 'framework-updated':
        this.#users.set(news.framework.id, news.framework.info.user)
        return this.#seesFramework(news.framework.info)
      case 'framework-removed':
        if (news.info.id !== undefined) this.#users.delete(news.info.id.value)
        return this.#seesFramework(news.info)
      case 'task-added':
      case 'task-updated': {
        const user = this.#users.get(news.task.frameworkId)
        return this.#allows('view_frameworks', user) && this.#seesTask(news.task)
      }
      case 'state':
      case 'agent-added':
      case 'agent-removed':
        return true
    }
  }

  #framework(framework: FrameworkSnapshot): readonly FrameworkSnapshot[] {
    if (!this.#seesFramework(framework.info)) return []
    const { unreachableTasks, completedTasks } = framework
    const seen = (task: TaskSnapshot): boolean => this.#seesTask(task, framework.info)
    return [
      {
        ...framework,
        unreachableTasks: unreachableTasks.filter(seen),
        completedTasks: completedTasks.filter(seen),
      },
    ]
  }

  #seesFramework({ user }: FrameworkInfo): boolean {
    return this.#allows('view_frameworks', user)
  }

  #seesTask({ frameworkId, info }: TaskSnapshot, framework?: FrameworkInfo): boolean {
    const user = info.command?.user ?? info.executor?.command?.user ?? framework?.user
    return this.#allows('view_tasks', user ?? this.#users.get(frameworkId))
  }

  #userOf(frameworkId: string, { command }: ExecutorInfo): string | undefined {
    return command?.user ?? this.#users.get(frameworkId)
  }

  #allows(action: Parameters<Guard['allows']>[1], object: string | undefined): boolean {
    return this.#guard.allows(this.#principal, action, object)
  }
}
