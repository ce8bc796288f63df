/** By which an agent hands the cluster's secret to its executors. */
export const SECRET_VARIABLE = 'TROUPE_NODE_SECRET'
