// What the self-tests share: peers that are started before a suite and ended after it, and waiting for a condition.
import { after, before } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PeerProcess } from './peer-process.mjs'

const LOOK_AGAIN_MS = 20

/** Starts `count` peers, each connected to the next, before the tests that `define` makes of the list. */
export function withPeers (count, options, define) {
  const peers = []
  before(async () => {
    for (let i = 0; i < count; i++) peers.push(await PeerProcess.start(...options))
    for (let i = 1; i < count; i++) await peers[i - 1].ask('dial', { to: peers[i].addr })
  })
  after(() => Promise.all(peers.map(peer => peer.closeInput())))
  define(peers)
}

export async function eventually (holds) {
  while (!await holds()) await delay(LOOK_AGAIN_MS)
}
