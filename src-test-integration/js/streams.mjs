// Reading and writing a libp2p stream with backpressure, on the event API of libp2p 3.
//
// A stream's async iterator queues without bound, and its onDrain() waits only once, so neither is used here. What is
// subtle: a stream must not be paused while it hands over a message (resume() would then grant window all the same),
// and pausing stops new credit only: up to a whole window (16 MiB once it has grown) may still arrive afterwards.
import { Uint8ArrayList } from 'uint8arraylist'

/** Unread bytes after which a reader stops granting window. */
const READ_AHEAD_BYTES = 1_048_576
/** What a paused stream may hold before js-libp2p resets it: more than the largest window it grants. */
const READ_BUFFER_BYTES = 33_554_432

/** The one reader of a stream: `chunk()` and `exactly(n)` take bytes in order, and nothing taken means no credit. */
export class StreamReader {
  #stream
  #unread = new Uint8ArrayList()
  #ended = false
  #error
  #wake

  constructor (stream) {
    this.#stream = stream
    stream.maxReadBufferLength = Math.max(stream.maxReadBufferLength, READ_BUFFER_BYTES)
    stream.addEventListener('message', event => {
      this.#unread.append(event.data)
      this.#notify()
      queueMicrotask(() => this.#pauseIfAhead())
    })
    stream.addEventListener('end', () => this.#end())
    stream.addEventListener('close', event => {
      if (event.error != null) this.#end(event.error)
      else if (stream.readBufferLength === 0) this.#end()
    })
    if (stream.status === 'aborted' || stream.status === 'reset') this.#end(new Error(`stream is ${stream.status}`))
    else if (stream.readableEnded) this.#end()
  }

  /** The next bytes in whatever pieces they came, or undefined after the last. */
  async chunk () {
    await this.#readable()
    if (this.#unread.byteLength === 0) return undefined
    return this.#take(this.#unread.byteLength)
  }

  /** Exactly `length` bytes; an error if the stream ends before. */
  async exactly (length) {
    const parts = new Uint8ArrayList()
    while (parts.byteLength < length) {
      await this.#readable()
      if (this.#unread.byteLength === 0) {
        throw new Error(`stream ended after ${parts.byteLength} of ${length} bytes`)
      }
      parts.append(this.#take(Math.min(length - parts.byteLength, this.#unread.byteLength)))
    }
    return parts.subarray()
  }

  get unreadBytes () {
    return this.#unread.byteLength + this.#stream.readBufferLength
  }

  async #readable () {
    while (this.#unread.byteLength === 0 && !this.#ended) {
      this.#resume()
      if (this.#unread.byteLength > 0 || this.#ended) break
      this.#wake = Promise.withResolvers()
      await this.#wake.promise
    }
    if (this.#error != null) throw this.#error
  }

  #take (length) {
    const bytes = this.#unread.sublist(0, length)
    this.#unread.consume(length)
    if (this.#unread.byteLength < READ_AHEAD_BYTES / 2) this.#resume()
    return bytes
  }

  #pauseIfAhead () {
    if (this.#unread.byteLength > READ_AHEAD_BYTES && this.#stream.readStatus === 'readable') this.#stream.pause()
  }

  #resume () {
    if (this.#stream.readStatus === 'paused') this.#stream.resume()
  }

  #end (error) {
    this.#ended = true
    this.#error ??= error
    this.#notify()
  }

  #notify () {
    this.#wake?.resolve()
    this.#wake = undefined
  }
}

/** Hands `data` to the stream and waits until the peer's window and the socket have taken it. */
export async function write (stream, data) {
  stream.send(data)
  while (stream.writableNeedsDrain) await nextDrain(stream)
}

function nextDrain (stream) {
  return new Promise((resolve, reject) => {
    const onDrain = () => { cleanUp(); resolve() }
    const onClose = event => { cleanUp(); reject(event.error ?? new Error('stream closed while writing')) }
    const cleanUp = () => {
      stream.removeEventListener('drain', onDrain)
      stream.removeEventListener('close', onClose)
    }
    stream.addEventListener('drain', onDrain)
    stream.addEventListener('close', onClose)
  })
}

/** Resolves when the stream is over, however it ended. */
export function closed (stream) {
  return stream.timeline.close != null
    ? Promise.resolve()
    : new Promise(resolve => stream.addEventListener('close', () => resolve(), { once: true }))
}

/** Runs `use(stream)`; an error or the deadline resets the stream, success half-closes it. */
export async function exchange (stream, timeoutMs, use) {
  const deadline = setTimeout(() => stream.abort(new Error(`no end after ${timeoutMs} ms`)), timeoutMs)
  try {
    const result = await use(stream)
    await stream.close({ signal: AbortSignal.timeout(timeoutMs) })
    return result
  } catch (error) {
    stream.abort(error)
    throw error
  } finally {
    clearTimeout(deadline)
  }
}
