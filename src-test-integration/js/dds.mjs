// The DDS protocol of one peer: the requester, and a server of the chunks in a map, which can be told to misbehave.
import { createHash, createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { peerIdFromString } from '@libp2p/peer-id'
import {
  CHUNK_BYTES, CHUNK_MESSAGE_BYTES, cidOf, DDS_PROTOCOL, DdsRequest, DdsResponse, digestOf, ErrorCode,
  LARGEST_MESSAGE_BYTES, MANIFEST_BYTES, readMessage, readRequest, writeMessage
} from './dds-messages.mjs'
import { handle } from './handlers.mjs'
import { decodeManifest, isManifest } from './manifest.mjs'
import { encodeVarint } from './protobuf.mjs'
import { closed, exchange, StreamReader, write } from './streams.mjs'

const EXCHANGE_TIMEOUT_MS = 30_000
const SERVER_TIMEOUT_MS = 30_000
const PARALLEL_FETCHES = 16

/** A request the other side answered with an error. */
export class DdsError extends Error {
  constructor (code, text) {
    super(`error ${code}: ${text}`)
    this.name = 'DdsError'
    this.code = code
  }
}

export class DdsRequester {
  #node

  constructor (node) {
    this.#node = node
  }

  /** The bytes of a chunk, or with `manifest` of a manifest, whose hash was checked. */
  async retrieve (target, cid, { manifest = false } = {}) {
    const limit = manifest ? LARGEST_MESSAGE_BYTES : CHUNK_MESSAGE_BYTES
    const { chunk_data: bytes } = await this.#ask(target, 'retrieve_chunk', { cid }, limit)
    if (cidOf(bytes) !== cid) throw new Error(`answer of ${bytes.length} bytes does not hash to ${cid}`)
    return bytes
  }

  async store (target, cid, bytes) {
    await this.#ask(target, 'store_chunk', { cid, chunk_data: bytes }, CHUNK_MESSAGE_BYTES)
  }

  async findProviders (target, cid) {
    return (await this.#ask(target, 'find_providers', { cid }, CHUNK_MESSAGE_BYTES)).peer_ids
  }

  async replicate (target, cid, hint = '') {
    await this.#ask(target, 'replicate', { cid, source_peer_id_hint: hint }, CHUNK_MESSAGE_BYTES)
  }

  async prove (target, cid, nonce) {
    return (await this.#ask(target, 'prove', { cid, nonce }, CHUNK_MESSAGE_BYTES)).proof
  }

  /** Fetches a whole content, each chunk from the next of `targets`, and checks chunks, sizes and the whole hash. */
  async fetch (targets, cid) {
    const manifest = decodeManifest(await this.retrieve(targets[0], cid, { manifest: true }))
    const hash = createHash('sha256')
    let size = 0
    for (let first = 0; first < manifest.chunk_cids.length; first += PARALLEL_FETCHES) {
      const some = manifest.chunk_cids.slice(first, first + PARALLEL_FETCHES)
      const from = i => targets[(first + i) % targets.length]
      const chunks = await Promise.all(some.map((chunk, i) => this.retrieve(from(i), chunk)))
      for (const chunk of chunks) {
        if (size % CHUNK_BYTES !== 0) throw new Error(`short chunk before offset ${size}`)
        hash.update(chunk)
        size += chunk.length
      }
    }
    if (size !== manifest.original_content_size_bytes) throw new Error(`content of ${size} bytes, unlike its manifest`)
    const digest = hash.digest()
    if (!digest.equals(manifest.original_content_sha256)) throw new Error('content does not hash as its manifest says')
    return { manifest, bytes: size, sha256: digest.toString('hex') }
  }

  async #ask (target, kind, request, limit) {
    const signal = AbortSignal.timeout(EXCHANGE_TIMEOUT_MS)
    const stream = await this.#node.dialProtocol(target, DDS_PROTOCOL, { signal })
    return exchange(stream, EXCHANGE_TIMEOUT_MS, async () => {
      const reader = new StreamReader(stream)
      await writeMessage(stream, DdsRequest.encode({ [kind]: request }))
      await stream.close()
      const answer = DdsResponse.decode(await readMessage(reader, limit))[kind]
      if (answer === undefined) throw new Error(`answer of another kind than ${kind}`)
      if (!answer.success) throw new DdsError(answer.error_code, answer.error_message)
      return answer
    })
  }
}

/** Answers DDS requests from `chunks`, a map of CID to bytes. */
export class DdsServer {
  chunks = new Map()
  /** How often each request kind was understood, and how often answered. */
  asked = {}
  served = {}
  #node
  #requester
  #providersOf
  #faults = {}

  constructor (node, requester, providersOf) {
    this.#node = node
    this.#requester = requester
    this.#providersOf = providersOf
  }

  /**
   * What this peer does wrong from now on: `corrupt` and `missing` are CIDs, `delayMs` waits before each answer,
   * `stall` sends half an answer and no more, `cutOff` half an answer and the end, `silent` reads and never answers,
   * `instead` is sent in place of an answer, in hex, and `refuse` is the error code for all. With `only`, a list of
   * CIDs, other requests are answered as they should be.
   */
  misbehave (faults) {
    this.#faults = faults
  }

  async start () {
    await handle(this.#node, DDS_PROTOCOL, stream => this.#serve(stream))
  }

  async #serve (stream) {
    await exchange(stream, SERVER_TIMEOUT_MS, async () => {
      const request = DdsRequest.decode(await readRequest(new StreamReader(stream)))
      const [kind] = Object.keys(request).filter(name => request[name] !== undefined)
      if (kind === undefined) throw new Error('request of no known kind')
      this.asked[kind] = (this.asked[kind] ?? 0) + 1
      const faults = this.#faultsFor(request[kind].cid)
      if (faults.silent) return closed(stream)
      if (faults.delayMs) await delay(faults.delayMs)
      if (faults.instead !== undefined) return write(stream, Buffer.from(faults.instead, 'hex'))
      const answer = DdsResponse.encode({ [kind]: await this.#answer(kind, request[kind], faults) })
      this.served[kind] = (this.served[kind] ?? 0) + 1
      if (faults.stall || faults.cutOff) {
        await write(stream, Buffer.concat([encodeVarint(answer.length), answer.subarray(0, answer.length >> 1)]))
        return faults.stall ? closed(stream) : undefined
      }
      await writeMessage(stream, answer)
    })
  }

  #faultsFor (cid) {
    return this.#faults.only === undefined || this.#faults.only.includes(cid) ? this.#faults : {}
  }

  async #answer (kind, request, faults) {
    try {
      if (faults.refuse) throw new DdsError(faults.refuse, 'told to refuse')
      const digest = digestOf(request.cid)
      if (digest === undefined) throw new DdsError(ErrorCode.INVALID_CID, `"${request.cid}" is no CID`)
      return { success: true, ...await this.#answers[kind](request) }
    } catch (error) {
      const code = error instanceof DdsError ? error.code : ErrorCode.INTERNAL
      return { success: false, error_code: code, error_message: error.message }
    }
  }

  #answers = {
    store_chunk: ({ cid, chunk_data: bytes }) => {
      if (bytes.length > MANIFEST_BYTES || (bytes.length > CHUNK_BYTES && !isManifest(bytes))) {
        throw new DdsError(ErrorCode.TOO_LARGE, `${bytes.length} bytes are neither a chunk nor a manifest`)
      }
      if (cidOf(bytes) !== cid) {
        throw new DdsError(ErrorCode.CID_MISMATCH, `${bytes.length} bytes do not hash to ${cid}`)
      }
      this.chunks.set(cid, bytes)
    },

    retrieve_chunk: ({ cid }) => {
      const bytes = this.#held(cid)
      if (!this.#faults.corrupt?.includes(cid)) return { chunk_data: bytes }
      const wrong = Buffer.from(bytes)
      wrong[wrong.length >> 1] ^= 1
      return { chunk_data: wrong }
    },

    find_providers: async ({ cid }) => {
      const others = await this.#providersOf(cid)
      return { peer_ids: [...new Set(this.chunks.has(cid) ? [this.#node.peerId.toString(), ...others] : others)] }
    },

    replicate: ({ cid, source_peer_id_hint: hint }) => {
      if (this.chunks.has(cid)) return
      this.#fetchFrom(hint, cid).catch(error => console.error(`replicating ${cid}: ${error.message}`))
    },

    prove: ({ cid, nonce }) => {
      if (nonce.length !== 32) throw new DdsError(ErrorCode.BAD_REQUEST, `nonce of ${nonce.length} bytes`)
      return { proof: createHmac('sha256', nonce).update(this.#held(cid)).digest() }
    }
  }

  #held (cid) {
    const bytes = this.chunks.get(cid)
    if (bytes === undefined || this.#faults.missing?.includes(cid)) {
      throw new DdsError(ErrorCode.NOT_FOUND, `${cid} is not held here`)
    }
    return bytes
  }

  async #fetchFrom (hint, cid) {
    for (const source of [hint, ...await this.#providersOf(cid)].filter(text => text !== '')) {
      try {
        this.chunks.set(cid, await this.#requester.retrieve(peerIdFromString(source), cid, { manifest: true }))
        return
      } catch (error) {
        console.error(`replicating ${cid} from ${source}: ${error.message}`)
      }
    }
  }
}
