import type { Crypto } from '../../platform/index.ts'

export type Role = 'caller' | 'listener'

/** What a node knows and can prove: the cluster's secret, and the tokens of applications. */
export class Credentials {
  readonly #crypto: Crypto
  readonly #secret: Uint8Array | undefined
  readonly #tokens: Map<string, Uint8Array> = new Map()

  constructor(
    crypto: Crypto,
    secret: string | undefined,
    tokens: Readonly<Record<string, string>> | undefined,
  ) {
    this.#crypto = crypto
    this.#secret = secret === undefined ? undefined : utf8(secret)
    for (const [name, token] of Object.entries(tokens ?? {})) this.addToken(name, token)
  }

  get hasSecret(): boolean {
    return this.#secret !== undefined
  }

  addToken(name: string, token: string): void {
    this.#tokens.set(name, utf8(token))
  }

  dropToken(name: string): void {
    this.#tokens.delete(name)
  }

  /** Both hellos, nonces included, in one digest: what a proof is for. */
  transcript(callerHello: Uint8Array, listenerHello: Uint8Array): Uint8Array {
    const crypto = this.#crypto
    return crypto.sha256(joined(crypto.sha256(callerHello), crypto.sha256(listenerHello)))
  }

  proveSecret(role: Role, transcript: Uint8Array): Uint8Array | undefined {
    return this.#secret === undefined ? undefined : this.#prove(this.#secret, role, '', transcript)
  }

  proveTokens(role: Role, transcript: Uint8Array): ReadonlyMap<string, Uint8Array> {
    const proofs = new Map<string, Uint8Array>()
    for (const [name, token] of this.#tokens) {
      proofs.set(name, this.#prove(token, role, name, transcript))
    }
    return proofs
  }

  /** True if the other side, in `role`, knows our secret; or if neither has one. */
  isSecretProved(role: Role, transcript: Uint8Array, proof: Uint8Array | undefined): boolean {
    if (this.#secret === undefined) return proof === undefined
    const expected = this.#prove(this.#secret, role, '', transcript)
    return proof !== undefined && this.#crypto.equal(expected, proof)
  }

  /** The names of our tokens that the other side, in `role`, knows as well. */
  provedTokens(
    role: Role,
    transcript: Uint8Array,
    proofs: ReadonlyMap<string, Uint8Array>,
  ): string[] {
    const proved: string[] = []
    for (const [name, token] of this.#tokens) {
      const proof = proofs.get(name)
      if (proof === undefined) continue
      if (this.#crypto.equal(this.#prove(token, role, name, transcript), proof)) proved.push(name)
    }
    return proved
  }

  #prove(key: Uint8Array, role: Role, token: string, transcript: Uint8Array): Uint8Array {
    return this.#crypto.hmacSha256(key, joined(utf8(`troupe ${role} ${token}\n`), transcript))
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.byteLength + b.byteLength)
  whole.set(a)
  whole.set(b, a.byteLength)
  return whole
}
