// Commands about connections, ping and identify.
import { setTimeout as delay } from 'node:timers/promises'
import { publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { isLoopback } from './node.mjs'

const DEFAULT_TIMEOUT_MS = 10_000
const PING_RETRY_MS = 20

/** What a command's `to` names: an address on loopback, or a peer that is known already. */
export function target (to) {
  if (!to?.startsWith('/')) return peerIdFromString(to)
  const address = multiaddr(to)
  if (!isLoopback(address)) throw new Error(`${to} is not a TCP address in 127.0.0.0/8`)
  return address
}

/** Waits until `holds()` gives something, looking again on each of `events`. */
export async function until (node, events, timeoutMs, what, holds) {
  const found = await holds()
  if (found) return found
  return new Promise((resolve, reject) => {
    const look = async () => {
      try {
        const found = await holds()
        if (found) settle(resolve, found)
      } catch (error) {
        settle(reject, error)
      }
    }
    const timer = setTimeout(() => settle(reject, new Error(`${what}: not within ${timeoutMs} ms`)), timeoutMs)
    const settle = (settled, value) => {
      clearTimeout(timer)
      for (const event of events) node.removeEventListener(event, look)
      settled(value)
    }
    for (const event of events) node.addEventListener(event, look)
    look()
  })
}

export function networkCommands (node) {
  const identified = new Map()
  node.addEventListener('peer:identify', ({ detail }) => {
    const peerId = detail.peerId.toString()
    identified.set(peerId, update(identified.get(peerId), detail))
  })

  /** js-libp2p allows itself one ping stream per connection, and its DHT and its connection monitor ping as well. */
  async function ping (to, timeout) {
    const signal = AbortSignal.timeout(timeout)
    while (true) {
      try {
        return await node.services.ping.ping(to, { signal })
      } catch (error) {
        if (error.name !== 'TooManyOutboundProtocolStreamsError' || signal.aborted) throw error
        await delay(PING_RETRY_MS)
      }
    }
  }

  return {
    id: async () => ({
      peerId: node.peerId.toString(),
      addrs: node.getMultiaddrs().map(String),
      publicKey: Buffer.from(publicKeyToProtobuf(node.peerId.publicKey)).toString('hex'),
      protocols: node.getProtocols()
    }),

    dial: async ({ to, force = false, timeout = DEFAULT_TIMEOUT_MS }) =>
      describeConnection(await node.dial(target(to), { force, signal: AbortSignal.timeout(timeout) })),

    ping: async ({ to, count = 1, timeout = DEFAULT_TIMEOUT_MS }) => {
      const ms = []
      while (ms.length < count) ms.push(await ping(target(to), timeout))
      return { ms: ms.at(-1), all: ms }
    },

    /** Asks a connected peer to identify itself once more, so that a failure shows its cause. */
    identify: async ({ to, timeout = DEFAULT_TIMEOUT_MS }) => {
      const connection = await node.dial(target(to), { signal: AbortSignal.timeout(timeout) })
      const signal = AbortSignal.timeout(timeout)
      return describeIdentify(await node.services.identify.identify(connection, { signal }))
    },

    /**
     * What the peer said by identify and pushes; waits until it names `protocol`, or no longer names `without`. A push
     * that tells of one thing alone may come before the answer that tells of all.
     */
    peerInfo: async ({ peer, protocol, without, timeout = DEFAULT_TIMEOUT_MS }) => {
      const message = await until(node, ['peer:identify'], timeout, `identify of ${peer}`, () => {
        const last = identified.get(peer)
        const protocols = last?.protocols ?? []
        const hasAnswered = last?.publicKey !== undefined && protocols.length > 0
        const isWanted = (protocol === undefined || protocols.includes(protocol)) && !protocols.includes(without)
        return hasAnswered && isWanted ? last : undefined
      })
      const known = await node.peerStore.get(message.peerId)
      return {
        ...describeIdentify(message),
        messages: message.messages,
        known: {
          addrs: known.addresses.map(({ multiaddr }) => multiaddr.toString()),
          certified: known.addresses.every(({ isCertified }) => isCertified),
          protocols: known.protocols,
          tags: [...known.tags.keys()]
        }
      }
    },

    connections: async ({ peer } = {}) => ({
      connections: node.getConnections(peer === undefined ? undefined : peerIdFromString(peer)).map(describeConnection)
    }),

    /** Waits until the peer is connected, or with `connected: false` until it no longer is. */
    awaitConnection: async ({ peer, connected = true, timeout = DEFAULT_TIMEOUT_MS }) => {
      const events = ['peer:connect', 'peer:disconnect', 'connection:open', 'connection:close']
      await until(node, events, timeout, `${peer} ${connected ? 'connected' : 'gone'}`, () => {
        const open = node.getConnections(peerIdFromString(peer)).length > 0
        return open === connected
      })
      return {}
    },

    /** Closes the connections to a peer, and forgets to reconnect as js-libp2p does to those in its routing table. */
    disconnect: async ({ peer, abrupt = false }) => {
      const id = peerIdFromString(peer)
      const { tags } = await node.peerStore.get(id)
      const keepAlive = [...tags.keys()].filter(tag => tag.startsWith('keep-alive'))
      await node.peerStore.merge(id, { tags: Object.fromEntries(keepAlive.map(tag => [tag, undefined])) })
      if (abrupt) for (const connection of node.getConnections(id)) connection.abort(new Error('told to disconnect'))
      else await node.hangUp(id)
      return {}
    }
  }
}

/** What a peer said, by identify and by pushes: what a push leaves out is unchanged. */
function update (before = { messages: 0 }, message) {
  const said = Object.entries(message).filter(([, value]) => value !== undefined && value.length !== 0)
  return { ...before, ...Object.fromEntries(said), messages: before.messages + 1 }
}

function describeIdentify (message) {
  return {
    peerId: message.peerId.toString(),
    protocolVersion: message.protocolVersion,
    agentVersion: message.agentVersion,
    publicKey: message.publicKey === undefined ? undefined : Buffer.from(message.publicKey).toString('hex'),
    listenAddrs: (message.listenAddrs ?? []).map(String),
    observedAddr: message.observedAddr?.toString(),
    protocols: message.protocols,
    signedPeerRecord: message.signedPeerRecord && {
      seq: message.signedPeerRecord.seq.toString(),
      addrs: message.signedPeerRecord.addresses.map(String)
    }
  }
}

function describeConnection (connection) {
  return {
    peerId: connection.remotePeer.toString(),
    addr: connection.remoteAddr.toString(),
    direction: connection.direction,
    encryption: connection.encryption,
    multiplexer: connection.multiplexer,
    status: connection.status,
    rtt: connection.rtt,
    streams: connection.streams.map(({ id, protocol, direction, status }) => ({ id, protocol, direction, status }))
  }
}
