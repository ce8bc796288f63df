/**
 * The scenario `family`: supervision and death watch over links. Kids are children of the house on two other nodes and
 * have children of their own, which the house watches; kids stumble, links break, nodes die. Holds if a child has one life at
 * a time, a restart takes its children along, each end is told of once, timers end with their actors and messages come in order.
 */
export { family } from './family.ts'
