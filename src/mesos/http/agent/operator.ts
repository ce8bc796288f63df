import type { Disk, HttpReply, HttpRequest } from '../../../platform/index.ts'
import { listFiles, openFile, readPart, type FileRoots } from '../../files/index.ts'
import { textReply } from '../answers.ts'
import { problemReply } from '../files.ts'
import type { Need } from '../guard.ts'
import { VERSION } from '../master/version.ts'
import { loggingCall, type LoggingRoute } from '../logging.ts'
import { readOperatorCall, type OperatorCalls } from '../operator-call.ts'
import { flagsOf, metricsOf } from '../operator-values.ts'
import { messageType, type Codec, type MessageValue } from '../wire/index.ts'
import { metricsJson } from './metrics.ts'
import {
  agentOf,
  containersOf,
  executorsOf,
  frameworksOfAgent,
  stateOf,
  tasksOfAgent,
} from './operator-answers.ts'
import type { AgentView } from './view.ts'

const RESPONSE = messageType('agent.Response')

/** How a call is answered: at once, from what the agent knows, or from its files. */
export type OperatorRoute =
  | LoggingRoute
  | { readonly type: 'reply'; readonly reply: HttpReply }
  | {
      readonly type: 'answer'
      readonly needsUsage: boolean
      readonly needs?: readonly Need[]
      readonly answer: (view: AgentView) => HttpReply
    }
  | {
      readonly type: 'read-files'
      readonly answer: (disk: Disk, roots: FileRoots) => Promise<HttpReply>
    }

const ANSWERS: Readonly<Record<string, (view: AgentView) => MessageValue | undefined>> = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_FLAGS: flagsOf,
  GET_VERSION: () => ({ version_info: VERSION }),
  GET_METRICS: (view) => metricsOf(metricsJson(view)),
  GET_STATE: stateOf,
  GET_CONTAINERS: containersOf,
  GET_FRAMEWORKS: frameworksOfAgent,
  GET_EXECUTORS: executorsOf,
  GET_OPERATIONS: () => ({}),
  GET_TASKS: tasksOfAgent,
  GET_AGENT: agentOf,
  GET_RESOURCE_PROVIDERS: () => ({}),
}

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

const CALLS: OperatorCalls = {
  type: messageType('agent.Call'),
  name: 'agent::Call',
  withBody: WITH_BODY,
  isTerse: true,
}

/** The operator API of an agent: `POST /api/v1`. @see slave/http.cpp, slave/validation.cpp of Apache Mesos */
export function operatorRoute(request: HttpRequest): OperatorRoute {
  const call = readOperatorCall(request, CALLS)
  if ('reply' in call) return { type: 'reply', reply: call.reply }
  const { type, name, body, codec } = call
  if (type === 'LIST_FILES') return listRoute(codec, body)
  if (type === 'READ_FILE') return readRoute(codec, body)
  const logging = loggingCall(call, RESPONSE)
  if (logging !== undefined) return logging
  const build = ANSWERS[type]
  if (build === undefined) {
    return refused(501, `501 Not Implemented. ${type} is not supported by this agent`)
  }
  return {
    type: 'answer',
    needsUsage: type === 'GET_CONTAINERS',
    ...(type === 'GET_FLAGS' && { needs: [{ action: 'view_flags' }] }),
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

function refused(status: number, text: string): OperatorRoute {
  return { type: 'reply', reply: textReply(status, text) }
}
