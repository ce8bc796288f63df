import { addQuantities, type Quantities } from '../resources/index.ts'
import { dominantShare, type ShareScale, type SorterClient } from './sorter.ts'

/**
 * A role or framework, and what lies below it. A client that has children stands beside them as a leaf named
 * `.`, so that it competes with them for what its own tree gets.
 */
interface TreeNode {
  readonly path: string
  /** The client this leaf stands for; undefined for inner nodes. */
  client: { readonly path: string; readonly state: SorterClient } | undefined
  readonly children: Map<string, TreeNode>
}

interface Ranked {
  readonly path: string
  readonly share: number
  readonly allocations: number
  readonly held: Quantities
  /** The active clients of this subtree, in order. */
  readonly order: readonly string[]
}

/**
 * The active clients, the one to be served first in front: siblings by weighted dominant share of their whole
 * subtree, then by number of allocations, then by path.
 */
export function orderClients(
  clients: Iterable<readonly [string, SorterClient]>,
  scale: ShareScale,
): readonly string[] {
  const root: TreeNode = { path: '', client: undefined, children: new Map() }
  for (const [path, state] of clients) insert(root, path, state)
  return rankChildren(root, scale).flatMap((ranked) => ranked.order)
}

function insert(root: TreeNode, path: string, state: SorterClient): void {
  let node = root
  for (const name of path.split('/')) {
    let child = node.children.get(name)
    if (child === undefined) {
      const childPath = node.path === '' ? name : `${node.path}/${name}`
      child = { path: childPath, client: undefined, children: new Map() }
      node.children.set(name, child)
    }
    node = child
  }
  node.client = { path, state }
}

function rankChildren(node: TreeNode, scale: ShareScale): readonly Ranked[] {
  const ranked: Ranked[] = []
  for (const child of node.children.values()) {
    ranked.push(
      child.children.size === 0 ? rankLeaf(child, child.path, scale) : rankInner(child, scale),
    )
  }
  if (node.client !== undefined) ranked.push(rankLeaf(node, `${node.path}/.`, scale))
  return ranked.sort(byShare)
}

function rankInner(node: TreeNode, scale: ShareScale): Ranked {
  const children = rankChildren(node, scale)
  const held = children.map((child) => child.held).reduce(addQuantities)
  return {
    path: node.path,
    share: dominantShare(held, scale) / weightOf(node.path, scale),
    allocations: children.reduce((sum, child) => sum + child.allocations, 0),
    held,
    order: children.flatMap((child) => child.order),
  }
}

function rankLeaf(node: TreeNode, path: string, scale: ShareScale): Ranked {
  const client = node.client
  const held = client?.state.allocated ?? new Map<string, number>()
  return {
    path,
    share: dominantShare(held, scale) / weightOf(path, scale),
    allocations: client?.state.allocations ?? 0,
    held,
    order: client?.state.isActive === true ? [client.path] : [],
  }
}

function weightOf(path: string, scale: ShareScale): number {
  return scale.weights.get(path) ?? 1
}

function byShare(a: Ranked, b: Ranked): number {
  if (a.share !== b.share) return a.share - b.share
  if (a.allocations !== b.allocations) return a.allocations - b.allocations
  return a.path < b.path ? -1 : 1
}
