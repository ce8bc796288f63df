/** Chance. Seeded in simulation, the operating system's otherwise. */
export interface Random {
  /** Uniform in [0, 1). */
  float(): number
  /** Uniform integer in [0, bound); `bound` in 1 … 2^31. */
  int(bound: number): number
  /** `length` random bytes; fit for secrets in the real environment. */
  bytes(length: number): Uint8Array
  /** A fresh identifier: lower-case hex, 128 bits. */
  id(): string
}
