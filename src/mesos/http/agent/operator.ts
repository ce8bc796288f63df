import type { Disk, HttpReply, HttpRequest } from '../../../platform/index.ts'
import { listFiles, openFile, readPart, type FileRoots } from '../../files/index.ts'
import { textReply } from '../answers.ts'
import { readBody } from '../body.ts'
import { problemReply } from '../files.ts'
import { acceptedCodec, NOT_ACCEPTABLE } from '../media.ts'
import { messageType, type Codec, type MessageValue } from '../wire/index.ts'
import {
  agentOf,
  containersOf,
  executorsOf,
  flagsOf,
  frameworksOfAgent,
  metricsOf,
  stateOf,
  tasksOfAgent,
  versionOf,
} from './operator-answers.ts'
import type { AgentView } from './view.ts'

const CALL = messageType('agent.Call')
const RESPONSE = messageType('agent.Response')

/** How a call is answered: at once, from what the agent knows, or from its files. */
export type OperatorRoute =
  | { readonly type: 'reply'; readonly reply: HttpReply }
  | {
      readonly type: 'answer'
      readonly needsUsage: boolean
      readonly answer: (view: AgentView) => HttpReply
    }
  | {
      readonly type: 'read-files'
      readonly answer: (disk: Disk, roots: FileRoots) => Promise<HttpReply>
    }

const ANSWERS: Readonly<Record<string, (view: AgentView) => MessageValue>> = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_FLAGS: flagsOf,
  GET_VERSION: versionOf,
  GET_METRICS: metricsOf,
  GET_LOGGING_LEVEL: () => ({ level: 0 }),
  GET_STATE: stateOf,
  GET_CONTAINERS: containersOf,
  GET_FRAMEWORKS: frameworksOfAgent,
  GET_EXECUTORS: executorsOf,
  GET_OPERATIONS: () => ({}),
  GET_TASKS: tasksOfAgent,
  GET_AGENT: agentOf,
  GET_RESOURCE_PROVIDERS: () => ({}),
}

/** Calls that must have a body, which is named as they are. */
const WITH_BODY: ReadonlySet<string> = new Set([
  'GET_METRICS',
  'SET_LOGGING_LEVEL',
  'LIST_FILES',
  'READ_FILE',
  'LAUNCH_NESTED_CONTAINER',
  'WAIT_NESTED_CONTAINER',
  'KILL_NESTED_CONTAINER',
  'REMOVE_NESTED_CONTAINER',
  'LAUNCH_NESTED_CONTAINER_SESSION',
  'ATTACH_CONTAINER_INPUT',
  'ATTACH_CONTAINER_OUTPUT',
  'LAUNCH_CONTAINER',
  'WAIT_CONTAINER',
  'KILL_CONTAINER',
  'REMOVE_CONTAINER',
  'ADD_RESOURCE_PROVIDER_CONFIG',
  'UPDATE_RESOURCE_PROVIDER_CONFIG',
  'REMOVE_RESOURCE_PROVIDER_CONFIG',
  'MARK_RESOURCE_PROVIDER_GONE',
])

/** The operator API of an agent: `POST /api/v1`. @see slave/http.cpp, slave/validation.cpp of Apache Mesos */
export function operatorRoute(request: HttpRequest): OperatorRoute {
  const read = readBody(request, CALL)
  if ('reply' in read) return { type: 'reply', reply: read.reply }
  const { value } = read
  const { type } = value
  if (typeof type !== 'string') return invalid("Expecting 'type' to be present")
  const name = type.toLowerCase()
  const body = value[name] as MessageValue | undefined
  if (WITH_BODY.has(type) && body === undefined) {
    return invalid(`Expecting '${name}' to be present`)
  }
  const codec = acceptedCodec(request.headers)
  if (codec === undefined) return refused(406, NOT_ACCEPTABLE)
  if (type === 'UNKNOWN') return refused(501, '501 Not Implemented.')
  if (type === 'LIST_FILES') return listRoute(codec, body)
  if (type === 'READ_FILE') return readRoute(codec, body)
  const build = ANSWERS[type]
  if (build === undefined) {
    return refused(501, `501 Not Implemented. ${type} is not supported by this agent`)
  }
  return {
    type: 'answer',
    needsUsage: type === 'GET_CONTAINERS',
    answer: (view) => encoded(codec, { type, [name]: build(view) }),
  }
}

function listRoute(codec: Codec, body: MessageValue | undefined): OperatorRoute {
  const path = String(body?.['path'])
  return {
    type: 'read-files',
    answer: async (disk, roots) => {
      const listed = await listFiles(disk, roots, path)
      if ('problem' in listed) return problemReply(listed)
      const file_infos = listed.map((file) => ({
        path: file.path,
        nlink: file.links,
        size: file.sizeBytes,
        mtime: { nanoseconds: Math.floor(file.modifiedUnixMs / 1000) * 1e9 },
        mode: (file.isDirectory ? 0o040_000 : 0o100_000) + file.mode,
        uid: file.user,
        gid: file.group,
      }))
      return encoded(codec, { type: 'LIST_FILES', list_files: { file_infos } })
    },
  }
}

function readRoute(codec: Codec, body: MessageValue | undefined): OperatorRoute {
  const path = String(body?.['path'])
  const offset = Number(body?.['offset'])
  const length = body?.['length'] === undefined ? undefined : Number(body['length'])
  return {
    type: 'read-files',
    answer: async (disk, roots) => {
      const opened = await openFile(disk, roots, path, 'read')
      if ('problem' in opened) return problemReply(opened)
      try {
        const data = await readPart(opened.file, offset, length)
        const read_file = { size: opened.file.sizeBytes, data }
        return encoded(codec, { type: 'READ_FILE', read_file })
      } finally {
        await opened.file.close()
      }
    },
  }
}

function encoded(codec: Codec, response: MessageValue): HttpReply {
  return {
    status: 200,
    headers: { 'content-type': codec.mediaType },
    body: codec.encode(RESPONSE, response),
  }
}

function invalid(why: string): OperatorRoute {
  return refused(400, `Failed to validate agent::Call: ${why}`)
}

function refused(status: number, text: string): OperatorRoute {
  return { type: 'reply', reply: textReply(status, text) }
}
