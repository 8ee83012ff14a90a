// The protocols every peer answers, each with another way of reading.
import { createHash } from 'node:crypto'
import { pseudoRandom } from './pseudo-random.mjs'
import { StreamReader, write } from './streams.mjs'

export const ECHO = '/dds-test/echo/1.0.0'
export const NEVER_READ = '/dds-test/never-read/1.0.0'
export const IGNORE = '/dds-test/ignore/1.0.0'
export const SOURCE = '/dds-test/source/1.0.0'
export const DISCARD = '/dds-test/discard/1.0.0'
export const SOURCE_SEED = 1

const MANY_STREAMS = { maxInboundStreams: 1_000, maxOutboundStreams: 1_000 }

/** Answers `protocol` with `serve(stream, connection)`; an error in it resets the stream. */
export function handle (node, protocol, serve) {
  return node.handle(protocol, async (stream, connection) => {
    try {
      await serve(stream, connection)
    } catch (error) {
      stream.abort(error)
    }
  }, MANY_STREAMS)
}

export async function handleTestProtocols (node, unread) {
  await handle(node, ECHO, echo)
  await handle(node, SOURCE, source)
  await handle(node, DISCARD, discard)
  await handle(node, NEVER_READ, (stream, connection) => unread.hold(stream, connection, true))
  await handle(node, IGNORE, (stream, connection) => unread.hold(stream, connection, false))
}

async function echo (stream) {
  const reader = new StreamReader(stream)
  for (let bytes; (bytes = await reader.chunk()) != null;) await write(stream, bytes)
  await stream.close()
}

async function source (stream) {
  const length = Number(Buffer.from(await new StreamReader(stream).exactly(8)).readBigUInt64BE())
  for (const block of pseudoRandom(SOURCE_SEED, length)) await write(stream, block)
  await stream.close()
}

async function discard (stream) {
  const hash = createHash('sha256')
  let count = 0n
  const reader = new StreamReader(stream)
  for (let bytes; (bytes = await reader.chunk()) != null;) {
    count += BigInt(bytes.byteLength)
    for (const part of bytes) hash.update(part)
  }
  const answer = Buffer.alloc(8)
  answer.writeBigUInt64BE(count)
  await write(stream, Buffer.concat([answer, hash.digest()]))
  await stream.close()
}

/** The inbound streams nobody reads, so that a test can ask how much piled up in them. */
export class UnreadStreams {
  #held = []

  /**
   * `paused` stops granting window, as a slow reader does: what is buffered stays within the first window. Otherwise
   * js-libp2p goes on granting, as it does for any stream without a listener, and resets the stream past 4 MiB.
   */
  hold (stream, connection, paused) {
    if (paused && stream.readStatus === 'readable') stream.pause()
    const held = { stream, peerId: connection.remotePeer.toString(), error: undefined }
    stream.addEventListener('close', event => { held.error = event.error?.message })
    this.#held.push(held)
  }

  list () {
    return this.#held.map(({ stream, peerId, error }) => ({
      peerId,
      protocol: stream.protocol,
      status: stream.status,
      remoteWriteStatus: stream.remoteWriteStatus,
      buffered: stream.readBufferLength,
      error
    }))
  }

  /** Starts reading them all at last, to their ends; answers as the discard protocol does. */
  async read () {
    const held = this.#held.splice(0)
    await Promise.all(held.map(({ stream }) => discard(stream).catch(error => stream.abort(error))))
    return held.length
  }
}
