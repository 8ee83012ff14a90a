// The bytes the tests send: xorshift32, so that either side can make and check any amount without holding it.
//
// x starts as the seed (0x9e3779b9 where the seed is 0); each step is x ^= x << 13; x ^= x >>> 17; x ^= x << 5 on 32
// bits and yields four bytes, least significant first. A shorter stream is a prefix of a longer one of the same seed.
import { createHash } from 'node:crypto'

const BLOCK_BYTES = 65_536

/** Yields `length` bytes in blocks of 64 KiB, the last one shorter. Every block is a fresh buffer. */
export function * pseudoRandom (seed, length) {
  let x = (seed >>> 0) || 0x9e3779b9
  for (let left = length; left > 0; left -= BLOCK_BYTES) {
    const block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
    const words = new Uint32Array(block.buffer)
    for (let i = 0; i < words.length; i++) {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      words[i] = x
    }
    yield left < BLOCK_BYTES ? block.subarray(0, left) : block
  }
}

export function pseudoRandomBytes (seed, length) {
  return Buffer.concat([...pseudoRandom(seed, length)])
}

/** Hashes what it is given and tells the first byte that is not what {@link pseudoRandom} yields. */
export class PseudoRandomCheck {
  #expected
  #block = Buffer.alloc(0)
  #hash = createHash('sha256')
  bytes = 0

  constructor (seed, length) {
    this.#expected = pseudoRandom(seed, length)
  }

  accept (chunk) {
    this.#hash.update(chunk)
    for (let offset = 0; offset < chunk.byteLength;) {
      if (this.#block.length === 0) {
        const { value, done } = this.#expected.next()
        if (done) throw new Error(`${chunk.byteLength - offset} bytes more than the ${this.bytes} expected`)
        this.#block = value
      }
      const length = Math.min(this.#block.length, chunk.byteLength - offset)
      if (this.#block.compare(chunk, offset, offset + length, 0, length) !== 0) {
        throw new Error(`wrong byte within ${length} bytes from offset ${this.bytes}`)
      }
      this.#block = this.#block.subarray(length)
      offset += length
      this.bytes += length
    }
  }

  sha256 () {
    return this.#hash.digest('hex')
  }
}
