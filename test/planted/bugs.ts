export interface Edit {
  /** Stands exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/** A deliberate defect: what to change in a copy of the sources, and the scenario that must notice. */
export interface PlantedBug {
  readonly name: string
  /** What is wrong then, for people. */
  readonly defect: string
  /** From the folder of the sources. */
  readonly file: string
  readonly edits: readonly Edit[]
  /** A name that `troupe simulate` knows. */
  readonly scenario: string
  /** Found within so many seeds, from 1 on. */
  readonly within: number
}

/**
 * The defects by which the net is proved: each is switched on in a copy of the sources, and the scenario must fail
 * there within the seeds given, as it never does on the sources themselves.
 */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'acknowledged-too-early',
    defect: 'words of the runtime count as acknowledged as soon as they are given to a connection',
    file: 'actors/links/control-log.ts',
    edits: [
      {
        find: 'return this.#entries.filter(([number]) => number <= this.#sentUpTo)',
        replace: 'return []',
      },
    ],
    scenario: 'family',
    within: 60,
  },
  {
    name: 'watch-without-answer',
    defect: 'who watches an actor across a link is not told when the link is lost',
    file: 'actors/links/remote-ref.ts',
    edits: [
      {
        find: 'if (watchers === undefined) return\n    for',
        replace: "if (watchers === undefined || ending.reason === 'node-lost') return\n    for",
      },
    ],
    scenario: 'family',
    within: 60,
  },
  {
    name: 'restart-forgets-a-child',
    defect: 'a restart leaves the children of the old incarnation running',
    file: 'actors/lifecycle.ts',
    edits: [{ find: "else stopChildren(cell, 'kill', then)", replace: 'else then()' }],
    scenario: 'family',
    within: 1,
  },
  {
    name: 'ask-that-never-ends',
    defect: 'an ask whose deadline is over is forgotten instead of failed',
    file: 'actors/ask-deadlines.ts',
    edits: [
      { find: 'expire(bucket, this.timeoutMs)\n        return false', replace: 'return false' },
    ],
    scenario: 'bank',
    within: 1,
  },
  {
    name: 'uncounted-dead-letter',
    defect: 'a message for an actor that has stopped is dropped without being counted',
    file: 'actors/system-core.ts',
    edits: [
      {
        find: 'this.ledger.drop(reason)\n',
        replace: "if (reason !== 'stopped') this.ledger.drop(reason)\n",
      },
    ],
    scenario: 'bank',
    within: 20,
  },
  {
    name: 'timer-outlives-its-incarnation',
    defect: 'a restart leaves the timers of the old incarnation running',
    file: 'actors/lifecycle.ts',
    edits: [
      {
        find: 'ext.timers?.cancelAll()\n  if (ext.stash !== undefined) {',
        replace: 'if (ext.stash !== undefined) {',
      },
    ],
    scenario: 'family',
    within: 1,
  },
  {
    name: 'messages-out-of-order',
    defect: 'what waits for a connection is sent with the newest batch first',
    file: 'actors/links/outbox.ts',
    edits: [
      {
        find: 'const batch = this.#sealed.shift() as Batch',
        replace: 'const batch = this.#sealed.pop() as Batch',
      },
    ],
    scenario: 'family',
    within: 80,
  },
  {
    name: 'lease-without-an-end',
    defect: 'a child whose parent is out of reach lives on past its lease',
    file: 'actors/remote/association.ts',
    edits: [
      {
        find: 'if (this.#heardMs - before >= leaseMs) this.link.children.leaseOver()',
        replace: 'void before',
      },
      { find: 'else this.link.children.leaseOver()', replace: 'else void this.link' },
    ],
    scenario: 'family',
    within: 60,
  },
  {
    name: 'offer-not-rescinded',
    defect: 'the offers of an agent that is gone stay open',
    file: 'mesos/master/agent-loss.ts',
    edits: [
      {
        find: "rescindOffers(change, (entry) => entry.holding.agentId === agent.id, 'its agent is disconnected')",
        replace: '',
      },
      {
        find: 'rescindOffers(change, (entry) => entry.holding.agentId === agentId, `its agent ${why}`)',
        replace: '',
      },
    ],
    scenario: 'fleet',
    within: 20,
  },
  {
    name: 'resources-freed-twice',
    defect: 'every terminal status of a task frees its resources, not only the first',
    file: 'mesos/master/tasks.ts',
    edits: [
      {
        find: 'if (isTerminal(state) && !wasTerminal) {',
        replace: 'if (isTerminal(state)) {',
      },
    ],
    scenario: 'fleet',
    within: 20,
  },
  {
    name: 'resources-never-freed',
    defect: 'the resources of a task that has ended stay allocated',
    file: 'mesos/master/tasks.ts',
    edits: [
      {
        find: 'if (isTerminal(state) && !wasTerminal) {',
        replace: 'if (isTerminal(state) && wasTerminal) {',
      },
    ],
    scenario: 'fleet',
    within: 1,
  },
  {
    name: 'removed-agent-comes-back',
    defect: 'tasks that their framework holds for lost go on when their agent comes back',
    file: 'mesos/master/agents.ts',
    edits: [
      {
        find: 'if (lost !== undefined || wasUnreachable) {',
        replace: "if (wasUnreachable && lost?.task.agentId === 'none') {",
      },
    ],
    scenario: 'fleet',
    within: 30,
  },
  {
    name: 'offers-of-a-scheduler-before',
    defect: 'a scheduler that takes a framework over is left with the offers of the one before it',
    file: 'mesos/master/frameworks.ts',
    edits: [
      {
        find: "(entry) => entry.holding.frameworkId === id,\n    'another scheduler",
        replace: "() => false,\n    'another scheduler",
      },
    ],
    scenario: 'failover',
    within: 20,
  },
  {
    name: 'void-offers-kept',
    defect: 'what is good of offers that are used together with one that is not stays allocated',
    file: 'mesos/master/accept.ts',
    edits: [
      {
        find: 'change.recover(framework.id, holding.agentId, holding.resources)',
        replace: 'void holding',
      },
    ],
    scenario: 'acknowledgement',
    within: 30,
  },
  {
    name: 'lost-task-goes-on',
    defect: 'a task that was lost to its framework is not killed when its agent is back',
    file: 'mesos/master/agent-loss.ts',
    edits: [{ find: '  sendKill(change, task, kill)', replace: '' }],
    scenario: 'partition',
    within: 80,
  },
  {
    name: 'statuses-not-sent-again',
    defect: 'an agent that registers again does not say again what was not acknowledged',
    file: 'mesos/agent/step.ts',
    edits: [{ find: '      sendAll(change)\n', replace: '' }],
    scenario: 'acknowledgement',
    within: 20,
  },
  {
    name: 'uncounted-executor',
    defect: 'an agent starts an executor that its master does not count',
    file: 'mesos/agent/launch.ts',
    edits: [
      {
        find: 'if (known === undefined && launch_executor === false) {',
        replace: "if (known === undefined && launch_executor === false && executorId === 'none') {",
      },
    ],
    scenario: 'executors',
    within: 150,
  },
  {
    name: 'lost-words-unnoticed',
    defect: 'a session goes on although messages of the client were lost on the way',
    file: 'mesos/session/session-server.ts',
    edits: [
      {
        find: "if (message.sent !== received) end('messages of the client were lost on the way')",
        replace: 'received = message.sent',
      },
    ],
    scenario: 'executors',
    within: 100,
  },
  {
    name: 'lost-output-not-forgotten',
    defect: 'the map outputs of a lost executor are still thought to be there',
    file: 'spark/scheduler/dag-scheduler/lost-outputs.ts',
    edits: [
      {
        find: 'const outputs = state.outputs.removeExecutor(executorId)',
        replace: "const outputs = state.outputs.removeExecutor('none')",
      },
    ],
    scenario: 'shuffle',
    within: 10,
  },
  {
    name: 'retry-forgotten',
    defect: 'a task that failed is not put back into the queue',
    file: 'spark/scheduler/task-set/transition.ts',
    edits: [
      {
        find: '  state.pending.add(index, task.locations)\n  if (state.isZombie) return',
        replace: '  if (state.isZombie) return',
      },
    ],
    scenario: 'shuffle',
    within: 10,
  },
  {
    name: 'barrier-failure-unheard',
    defect: 'a task of a barrier stage that has failed is told to nobody, and the others wait',
    file: 'spark/scheduler/dag-scheduler/dag-scheduler.ts',
    edits: [{ find: "      case 'barrier-failed':\n", replace: '' }],
    scenario: 'barrier',
    within: 20,
  },
  {
    name: 'executors-never-asked-for',
    defect: 'the wait of tasks for executors begins anew each time it is looked at',
    file: 'spark/scheduler/allocation/transition.ts',
    edits: [{ find: 'state.addAtMs ??= nowMs', replace: 'state.addAtMs = nowMs' }],
    scenario: 'allocation',
    within: 3,
  },
  {
    name: 'part-kept-as-whole',
    defect: 'what a task had of a partition to keep when it failed is kept as if that were all',
    file: 'spark/storage/thread-blocks.ts',
    edits: [
      {
        find: 'home.unreserve(name)\n      await rows.close()\n      throw error',
        replace: 'await rows.close().catch(() => error)\n      return true',
      },
    ],
    scenario: 'columns',
    within: 20,
  },
  {
    name: 'leader-past-its-time',
    defect: 'a leader that was stopped until another one led goes on with what had come for it',
    file: 'spark/deploy/master/rim.ts',
    edits: [{ find: 'if (!this.#isLeading()) return undefined', replace: '' }],
    scenario: 'masters',
    within: 100,
  },
  {
    name: 'written-without-waiting',
    defect: 'a writer answers that a row is written before it is',
    file: 'ingest/rim/cassandra-writer.ts',
    edits: [
      {
        find: 'await table.put(rowOf(order.event))',
        replace: 'table.put(rowOf(order.event)).catch(() => undefined)',
      },
    ],
    scenario: 'ingest',
    within: 10,
  },
]
