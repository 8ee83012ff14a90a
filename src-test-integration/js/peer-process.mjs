// A peer as a child process and its commands as promises: what a test in another language does, written in this one.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export class PeerProcess {
  #child
  #pending = new Map()
  #nextId = 1

  /** Starts a peer and waits until it listens. */
  static async start (...options) {
    const peer = new PeerProcess()
    const script = fileURLToPath(new URL('peer.mjs', import.meta.url))
    peer.#child = spawn(process.execPath, [script, ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
    peer.exited = new Promise(resolve => peer.#child.once('exit', (code, signal) => resolve({ code, signal })))
    const ready = Promise.withResolvers()
    createInterface({ input: peer.#child.stdout }).on('line', line => {
      const message = JSON.parse(line)
      if (message.event === 'ready') ready.resolve(message)
      else peer.#settle(message)
    })
    peer.exited.then(({ code, signal }) => {
      const error = new Error(`peer exited with ${code ?? signal}`)
      ready.reject(error)
      for (const { reject } of peer.#pending.values()) reject(error)
    })
    Object.assign(peer, await ready.promise)
    peer.addr = peer.addrs[0]
    return peer
  }

  /** Sends a command; resolves with its answer, or rejects with its error. */
  ask (cmd, fields = {}) {
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers()
    this.#pending.set(id, { resolve, reject })
    this.#child.stdin.write(JSON.stringify({ id, cmd, ...fields }) + '\n')
    return promise
  }

  kill (signal) {
    this.#child.kill(signal)
    return this.exited
  }

  closeInput () {
    this.#child.stdin.end()
    return this.exited
  }

  #settle ({ id, ok, ...answer }) {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (ok) pending?.resolve(answer)
    else pending?.reject(Object.assign(new Error(answer.error), { name: answer.name, code: answer.code }))
  }
}
