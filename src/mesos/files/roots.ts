/** What a path lies below. */
export interface FileRoot {
  readonly root: string
  /** What follows it in the path. */
  readonly rest: string
  /** Whether whoever asks may see nothing there. */
  readonly isForbidden?: boolean
}

/** Whether whoever asks may see the sandboxes of that executor. */
export type SeesSandboxes = (frameworkId: string, executorId: string) => boolean

/** The roots of what a node shows. */
export interface FileRoots {
  /** The root that `path` is below of or is; undefined if there is none. */
  rootOf(path: string): FileRoot | undefined
}

/** Of a node that shows no files. */
export const noRoots: FileRoots = { rootOf: () => undefined }

const RUN = String.raw`/frameworks/([^/]+)/executors/([^/]+)/runs/([^/]+)`

/**
 * The sandboxes of an agent, also those of executors and agents that are over, as long as they are there. The newest sandbox of
 * an executor is also `/frameworks/<id>/executors/<id>/runs/latest`.
 */
export function sandboxRoots(
  workDir: string,
  agentId: string | undefined,
  sees: SeesSandboxes = () => true,
): FileRoots {
  const own = new RegExp(`^${escaped(workDir)}/slaves/([^/]+)${RUN}(?=/|$)`)
  const virtual = new RegExp(`^${RUN}(?=/|$)`)
  return {
    rootOf: (path) => {
      const byName = virtual.exec(path)
      if (byName !== null) {
        const [prefix, ...ids] = byName
        if (agentId === undefined || ids[2] !== 'latest' || ids.some(isDots)) return undefined
        const root = `${workDir}/slaves/${agentId}${prefix}`
        const [framework = '', executor = ''] = ids
        return { root, rest: path.slice(prefix.length), isForbidden: !sees(framework, executor) }
      }
      const found = own.exec(path)
      if (found === null) return undefined
      const [prefix, ...ids] = found
      if (ids.some(isDots)) return undefined
      const [, framework = '', executor = ''] = ids
      const isForbidden = !sees(framework, executor)
      return { root: prefix, rest: path.slice(prefix.length), isForbidden }
    },
  }
}

/** A name that leads elsewhere is none of an agent, a framework, an executor. */
function isDots(name: string): boolean {
  return name === '.' || name === '..'
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
}
