import { formatAddress } from '../../actors/index.ts'
import { basicHeader, type Credential, type Offer } from '../../mesos/index.ts'
import { bodyOf, type Address, type Environment } from '../../platform/index.ts'

/** Whose output is followed. */
export interface Followed {
  readonly offer: Offer
  /** More than one: those of a group, each with its name before its lines. */
  readonly taskIds: readonly string[]
  readonly isGroup: boolean
  /** How it is proved who follows, to an agent that asks. */
  readonly credential?: Credential
}

interface Answered {
  readonly status: number
  readonly body: Uint8Array
}

/** The parts of an agent's `/state` that lead to sandboxes. */
interface AgentState {
  readonly frameworks?: readonly AgentFramework[]
  readonly completed_frameworks?: readonly AgentFramework[]
}

interface AgentFramework {
  readonly id: string
  readonly executors?: readonly AgentExecutor[]
  readonly completed_executors?: readonly AgentExecutor[]
}

interface AgentExecutor {
  readonly id: string
  readonly directory: string
  readonly tasks?: readonly { readonly id: string }[]
  readonly queued_tasks?: readonly { readonly id: string }[]
  readonly completed_tasks?: readonly { readonly id: string }[]
}

const DEFAULT_AGENT_PORT = 5051
const EVERY_MS = 250
const PAGE_BYTES = 64 * 1024
const TRIES_OF_STATE = 20
const NEWLINE = /(?<=\n)/

/** Copies what tasks write to `stdout` and `stderr` in their sandboxes, read from their agent by HTTP. */
export class Follower {
  readonly #environment: Environment
  readonly #followed: Followed
  readonly #agent: Address
  readonly #tell: (problem: string) => void
  readonly #outputs: readonly Output[]
  readonly #work: Promise<void>
  /** Once the agent has asked who it is. */
  #authorization: string | undefined
  #sandbox: string | undefined
  /** Nothing can be read any more. */
  #isOver = false
  #isLast = false
  #wake: () => void = () => undefined

  /** Starts at once; `tell` gets the reason when nothing can be read, once for as long as that lasts. */
  constructor(environment: Environment, followed: Followed, tell: (problem: string) => void) {
    this.#environment = environment
    this.#followed = followed
    const { url, hostname } = followed.offer
    const address: NonNullable<Offer['url']>['address'] = url?.address ?? {
      port: DEFAULT_AGENT_PORT,
    }
    const { ip, hostname: name, port } = address
    this.#agent = { host: ip ?? name ?? hostname, port }
    this.#tell = tell
    const { stdout, stderr } = environment.processes
    this.#outputs = followed.taskIds.flatMap((task) => [
      new Output(task, 'stdout', (text) => stdout.write(text), followed.isGroup),
      new Output(task, 'stderr', (text) => stderr.write(text), followed.isGroup),
    ])
    this.#work = this.#run()
  }

  /** Reads what is still to be read, and no more. */
  async finish(): Promise<void> {
    this.#isLast = true
    this.#wake()
    await this.#work
    for (const output of this.#outputs) output.flush()
  }

  async #run(): Promise<void> {
    let isAway = false
    for (;;) {
      const isLast = this.#isLast
      const problem = await this.#round().catch(reasonOf)
      if (problem !== undefined && isLast) {
        this.#tell(`Its output can't be followed to its end: ${problem}`)
      } else if (problem !== undefined && !isAway) {
        this.#tell(`Its agent does not answer, and its output waits for it: ${problem}`)
      }
      isAway = problem !== undefined
      if (isLast || this.#isOver) return
      await this.#pause()
    }
  }

  /** Copies what is new; there is nothing to wait for when the agent has no sandbox of them. */
  async #round(): Promise<undefined> {
    this.#sandbox ??= await this.#directory()
    if (this.#sandbox === undefined) {
      this.#isOver = true
      return
    }
    for (const output of this.#outputs) await this.#copy(this.#sandbox, output)
  }

  /** Where the executor of the tasks lives; undefined, and told, when the agent knows of none. */
  async #directory(): Promise<string | undefined> {
    const { offer, taskIds } = this.#followed
    const state = `${offer.url?.path ?? ''}/state`
    let tries = 0
    while (tries < TRIES_OF_STATE) {
      if (this.#isLast) tries += 1
      const { status, body } = await this.#get(state)
      if (status !== 200) {
        this.#tell(`Its output can't be followed: the agent answers ${state} with ${status}`)
        return undefined
      }
      const read = JSON.parse(Buffer.from(body).toString('utf8')) as AgentState
      const framework = [...(read.frameworks ?? []), ...(read.completed_frameworks ?? [])].find(
        ({ id }) => id === offer.framework_id.value,
      )
      const executors = [...(framework?.executors ?? []), ...(framework?.completed_executors ?? [])]
      const found = executors.find(({ tasks = [], queued_tasks = [], completed_tasks = [] }) =>
        [...tasks, ...queued_tasks, ...completed_tasks].some(({ id }) => taskIds.includes(id)),
      )
      if (found !== undefined) return found.directory
      await this.#pause()
    }
    this.#tell("Its output can't be followed: the agent knows of no sandbox")
    return undefined
  }

  async #copy(directory: string, output: Output): Promise<void> {
    const sandbox = this.#followed.isGroup ? `${directory}/tasks/${output.task}` : directory
    const path = encodeURIComponent(`${sandbox}/${output.file}`)
    for (;;) {
      const page = `offset=${output.offset}&length=${PAGE_BYTES}`
      const { status, body } = await this.#get(`/files/read?path=${path}&${page}`)
      if (status === 404) return
      if (status !== 200) {
        this.#tell(`Its output can't be followed: the agent answers /files/read with ${status}`)
        return
      }
      // The bytes of the file stand in the JSON as they are, whatever they mean.
      const { data } = JSON.parse(Buffer.from(body).toString('latin1')) as { data: string }
      if (data === '') return
      output.push(Buffer.from(data, 'latin1'))
    }
  }

  /** Says who asks only to an agent that wants to know. */
  async #get(target: string): Promise<Answered> {
    const answered = await this.#ask(target)
    const { credential } = this.#followed
    if (answered.status !== 401 || credential === undefined) return answered
    if (this.#authorization !== undefined) return answered
    this.#authorization = basicHeader(credential)
    return this.#ask(target)
  }

  async #ask(target: string): Promise<Answered> {
    const authorization = this.#authorization
    const response = await this.#environment.http.request(this.#agent, {
      method: 'GET',
      target,
      headers: {
        host: formatAddress(this.#agent),
        accept: 'application/json',
        ...(authorization !== undefined && { authorization }),
      },
      body: new Uint8Array(0),
    })
    return { status: response.status, body: await bodyOf(response) }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#environment.clock.setTimer(this.#isLast ? 50 : EVERY_MS, resolve)
      this.#wake = () => {
        timer.cancel()
        resolve()
      }
    })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** One file that is copied, line by line when it needs a name before each. */
class Output {
  readonly task: string
  readonly file: 'stdout' | 'stderr'
  readonly #write: (text: string) => void
  readonly #isNamed: boolean
  readonly #decoder = new TextDecoder()
  #rest = ''
  offset = 0

  constructor(
    task: string,
    file: 'stdout' | 'stderr',
    write: (text: string) => void,
    isNamed: boolean,
  ) {
    this.task = task
    this.file = file
    this.#write = write
    this.#isNamed = isNamed
  }

  push(bytes: Uint8Array): void {
    this.offset += bytes.length
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true })
    if (!this.#isNamed) {
      this.#write(text)
      return
    }
    const lines = text.split(NEWLINE)
    this.#rest = lines.at(-1)?.endsWith('\n') === true ? '' : (lines.pop() ?? '')
    for (const line of lines) this.#write(`${this.task}: ${line}`)
  }

  flush(): void {
    const text = this.#rest + this.#decoder.decode()
    if (text !== '') this.#write(this.#isNamed ? `${this.task}: ${text}\n` : text)
  }
}
