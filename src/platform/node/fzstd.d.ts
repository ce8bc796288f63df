// What is used of the package, so that the rest is compiled where it is not installed yet.
declare module 'fzstd' {
  export class Decompress {
    constructor(take: (bytes: Uint8Array) => void)
    push(bytes: Uint8Array): void
  }
}
