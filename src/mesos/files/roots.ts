/** The roots of what a node shows. */
export interface FileRoots {
  /** The root that `path` is below of or is, and what follows it; undefined if there is none. */
  rootOf(path: string): { readonly root: string; readonly rest: string } | undefined
}

/** Of a node that shows no files. */
export const noRoots: FileRoots = { rootOf: () => undefined }

const RUN = String.raw`/frameworks/([^/]+)/executors/([^/]+)/runs/([^/]+)`

/**
 * The sandboxes of an agent, also those of executors and agents that are over, as long as they are there. The newest sandbox of
 * an executor is also `/frameworks/<id>/executors/<id>/runs/latest`.
 */
export function sandboxRoots(workDir: string, agentId: string | undefined): FileRoots {
  const own = new RegExp(`^${escaped(workDir)}/slaves/([^/]+)${RUN}(?=/|$)`)
  const virtual = new RegExp(`^${RUN}(?=/|$)`)
  return {
    rootOf: (path) => {
      const byName = virtual.exec(path)
      if (byName !== null) {
        const [prefix, ...ids] = byName
        if (agentId === undefined || ids[2] !== 'latest' || ids.some(isDots)) return undefined
        return { root: `${workDir}/slaves/${agentId}${prefix}`, rest: path.slice(prefix.length) }
      }
      const found = own.exec(path)
      if (found === null) return undefined
      const [prefix, ...ids] = found
      return ids.some(isDots) ? undefined : { root: prefix, rest: path.slice(prefix.length) }
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
