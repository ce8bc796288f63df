/** How far the checkpoint of an RDD has come. */
export type CheckpointState =
  | { readonly type: 'none' }
  /** Written after the next job. */
  | { readonly type: 'marked'; readonly path: string }
  | { readonly type: 'marked-local' }
  /** The lineage is cut: this is what it is computed from. */
  | { readonly type: 'reliable'; readonly path: string }
  | { readonly type: 'local' }
