import type { ProcessExit } from './process.ts'

/**
 * What a simulation sees and decides of a program that runs in it. Only environments in memory can have
 * one; the program's own parts look for it once, when they are made.
 */
export interface Simulation {
  /** Which of `count` things that are ready goes next: 0 … count − 1; decided by the seed. */
  choose(count: number): number
  /** A part that a simulation looks into has been made on this node, such as an actor system. */
  made(part: object): void
}

/** What the simulation of a whole world sees and decides; see {@link Simulation}. */
export interface WorldSimulation {
  choose(count: number): number
  /** `isAlive` tells whether the process or thread that made it still runs. */
  made(part: object, node: string, isAlive: () => boolean): void
  /** Bytes leave one node for another. */
  sent(from: string, to: string, bytes: Uint8Array): void
  nodeStarted(node: string): void
  nodeEnded(node: string, exit: ProcessExit): void
  /** Called before each turn, once all promise reactions have run: a moment at which to look at things. */
  beforeTurn?(): void
}
