// Commands that open a stream to the other side and move bytes over it.
import { createHash } from 'node:crypto'
import { ECHO, handle, SOURCE, SOURCE_SEED } from './handlers.mjs'
import { target } from './network-commands.mjs'
import { pseudoRandom, PseudoRandomCheck } from './pseudo-random.mjs'
import { closed, exchange, StreamReader, write } from './streams.mjs'

const DEFAULT_TIMEOUT_MS = 30_000
const MANY_STREAMS = 1_000

export function streamCommands (node, unread) {
  async function open (to, protocol, timeout) {
    return node.dialProtocol(target(to), protocol, {
      signal: AbortSignal.timeout(timeout), maxOutboundStreams: MANY_STREAMS
    })
  }

  return {
    /** Sends pseudo-random bytes to an echo handler and reads them back at the same time. */
    echo: async ({ to, protocol = ECHO, bytes, seed = 1, timeout = DEFAULT_TIMEOUT_MS }) => {
      const stream = await open(to, protocol, timeout)
      const start = performance.now()
      const check = new PseudoRandomCheck(seed, bytes)
      await exchange(stream, timeout, () => {
        const reader = new StreamReader(stream)
        return Promise.all([send(stream, seed, bytes), receive(reader, check, bytes)])
      })
      return { bytes: check.bytes, ms: elapsed(start), sha256: check.sha256() }
    },

    /** Writes to a protocol whose handler may never read, and tells after `ms` how much was taken. */
    sink: async ({ to, protocol, bytes, ms, seed = 1, timeout = DEFAULT_TIMEOUT_MS }) => {
      const stream = await open(to, protocol, timeout)
      let offered = 0
      let finished = false
      const sending = (async () => {
        for (const block of pseudoRandom(seed, bytes)) {
          offered += block.length
          await write(stream, block)
        }
        finished = true
      })()
      const error = await within(ms, sending)
      const result = { written: offered - stream.writeBufferLength, finished, error, status: stream.status }
      if (finished) await stream.close()
      else stream.abort(new Error('enough'))
      await sending.catch(() => {})
      return result
    },

    /**
     * Asks a source handler for `bytes` and checks them. With `stopAfter` it reads that many, then nothing for
     * `holdMs`, tells how much had piled up by then, and goes on reading with `resume`, or resets the stream.
     */
    pull: async (
      { to, protocol = SOURCE, bytes, stopAfter, holdMs = 0, resume = false, timeout = DEFAULT_TIMEOUT_MS }
    ) => {
      const stream = await open(to, protocol, timeout)
      const start = performance.now()
      const check = new PseudoRandomCheck(SOURCE_SEED, bytes)
      const length = Buffer.alloc(8)
      length.writeBigUInt64BE(BigInt(bytes))
      let held
      try {
        await exchange(stream, timeout, async () => {
          const reader = new StreamReader(stream)
          await write(stream, length)
          await stream.close()
          if (stopAfter !== undefined) {
            check.accept(await reader.exactly(stopAfter))
            if (stream.readStatus === 'readable') stream.pause()
            await new Promise(resolve => setTimeout(resolve, holdMs))
            held = { unread: reader.unreadBytes, status: stream.status }
            if (!resume) throw new Stopped()
          }
          await receive(reader, check, bytes)
        })
      } catch (error) {
        if (!(error instanceof Stopped)) throw error
      }
      return { bytes: check.bytes, ms: elapsed(start), sha256: check.sha256(), held }
    },

    /** Sends bytes as they are and tells what came back, whatever the protocol: for malformed input. */
    request: async ({ to, protocol, hex = '', halfClose = true, limit = 65_536, timeout = DEFAULT_TIMEOUT_MS }) => {
      const stream = await open(to, protocol, timeout)
      const parts = []
      let count = 0
      let ended = false
      let error
      const reading = (async () => {
        const reader = new StreamReader(stream)
        for (let bytes; count < limit && (bytes = await reader.chunk()) != null; count += bytes.byteLength) {
          parts.push(bytes.subarray())
        }
        ended = count < limit
      })()
      try {
        if (hex !== '') await write(stream, Buffer.from(hex, 'hex'))
        if (halfClose) await stream.close()
      } catch (failure) {
        error = failure.message
      }
      error ??= await within(timeout, reading)
      const status = stream.status
      stream.abort(new Error('done'))
      await reading.catch(() => {})
      const received = Buffer.concat(parts).subarray(0, limit)
      return { hex: received.toString('hex'), bytes: received.length, ended, status, error }
    },

    /** Opens `count` streams side by side, keeps them for `holdMs`, and tells which were refused or reset. */
    openStreams: async ({ to, protocol, count, holdMs = 0, timeout = DEFAULT_TIMEOUT_MS }) => {
      const results = await Promise.allSettled(Array.from({ length: count }, () => open(to, protocol, timeout)))
      const streams = results.filter(({ status }) => status === 'fulfilled').map(({ value }) => value)
      await new Promise(resolve => setTimeout(resolve, holdMs))
      const alive = streams.filter(({ status }) => status === 'open').length
      for (const stream of streams) stream.abort(new Error('enough'))
      await Promise.all(streams.map(closed))
      return { opened: streams.length, alive, errors: [...new Set(errorsOf(results))] }
    },

    /** Handles one more protocol without reading its streams; the peers are told by an identify push. */
    neverRead: async ({ protocol, paused = true }) => {
      await handle(node, protocol, (stream, connection) => unread.hold(stream, connection, paused))
      return {}
    },

    unhandle: async ({ protocol }) => {
      await node.unhandle(protocol)
      return {}
    },

    unread: async () => ({ streams: unread.list() }),

    readUnread: async () => ({ streams: await unread.read() }),

    /** What the bytes of a seed hash to, to compare with. */
    pseudoRandom: async ({ bytes, seed = 1 }) => {
      const hash = createHash('sha256')
      for (const block of pseudoRandom(seed, bytes)) hash.update(block)
      return { bytes, sha256: hash.digest('hex') }
    }
  }
}

class Stopped extends Error {}

async function send (stream, seed, bytes) {
  for (const block of pseudoRandom(seed, bytes)) await write(stream, block)
  await stream.close()
}

async function receive (reader, check, bytes) {
  for (let chunk; (chunk = await reader.chunk()) != null;) for (const part of chunk) check.accept(part)
  if (check.bytes !== bytes) throw new Error(`stream ended after ${check.bytes} of ${bytes} bytes`)
}

function errorsOf (results) {
  return results.filter(({ status }) => status === 'rejected').map(({ reason }) => `${reason.name}: ${reason.message}`)
}

/** Waits for the work, at most `ms`; its error's text, if it failed. */
async function within (ms, work) {
  let timer
  const elapsed = new Promise(resolve => { timer = setTimeout(resolve, ms) })
  try {
    await Promise.race([work, elapsed])
    return undefined
  } catch (error) {
    return error.message
  } finally {
    clearTimeout(timer)
  }
}

function elapsed (start) {
  return Math.round(performance.now() - start)
}
