// Commands about the Kademlia DHT: whole lookups, and single messages to one peer.
import { publicKeyToProtobuf } from '@libp2p/crypto/keys'
import { MessageType } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { digestOf } from './dds-messages.mjs'

const DEFAULT_TIMEOUT_MS = 10_000
const SHA2_256 = 0x12
const NO_PATH = { index: -1, queued: 0, running: 0, total: 0 }

/** The raw CIDv1 for a DDS CID, a CID of the IPFS view, or a multihash in hex. */
export function contentCid (key) {
  const digest = digestOf(key)
  if (digest !== undefined) return CID.createV1(raw.code, Digest.create(SHA2_256, digest))
  if (/^1220[0-9a-f]{64}$/i.test(key)) return CID.createV1(raw.code, Digest.decode(Buffer.from(key, 'hex')))
  return CID.parse(key)
}

export function dhtCommands (node) {
  const dht = () => node.services.dht ?? fail('this peer has no DHT')

  /** Waits until the routing table holds `peer`, or `peers` of any: a lookup of an empty table asks nobody. */
  async function awaitRoutingTable ({ peer, peers = 1, timeout = DEFAULT_TIMEOUT_MS }) {
    const table = dht().routingTable
    const holds = async () =>
      peer === undefined ? table.size >= peers : await table.find(peerIdFromString(peer)) != null
    const added = Promise.withResolvers()
    const look = () => holds().then(found => { if (found) added.resolve() }, added.reject)
    const late = () => added.reject(new Error(`routing table of ${table.size} peers after ${timeout} ms`))
    const timer = setTimeout(late, timeout)
    table.addEventListener('peer:add', look)
    try {
      look()
      await added.promise
    } finally {
      clearTimeout(timer)
      table.removeEventListener('peer:add', look)
    }
    return { peers: [...table.kb.toIterable()].map(({ peerId }) => peerId.toString()) }
  }

  /** Runs one of the DHT's generators to its end, its deadline, or until `take(event)` says that it is enough. */
  async function lookUp ({ peers = 1, timeout = DEFAULT_TIMEOUT_MS }, start, take) {
    const errors = []
    const asked = new Set()
    const signal = AbortSignal.timeout(timeout)
    if (peers > 0) await awaitRoutingTable({ peers, timeout })
    try {
      for await (const event of start({ signal })) {
        if (event.name === 'QUERY_ERROR') errors.push(`${event.from}: ${event.error.message}`)
        if (event.name === 'PEER_RESPONSE') asked.add(event.from.toString())
        if (take(event)) break
      }
    } catch (error) {
      if (!signal.aborted) throw error
      errors.push(`stopped after ${timeout} ms`)
    }
    return { asked: [...asked], errors }
  }

  async function findProviders (key, { max = 20, ...options } = {}) {
    const found = new Map()
    const outcome = await lookUp(options, given => dht().findProviders(contentCid(key), given), event => {
      if (event.name !== 'PROVIDER') return false
      for (const provider of event.providers) found.set(provider.id.toString(), describePeer(provider))
      return found.size >= max
    })
    return { providers: [...found.values()], ...outcome }
  }

  async function provide (key, options = {}) {
    const told = []
    const outcome = await lookUp(options, given => dht().provide(contentCid(key), given), event => {
      if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') told.push(event.from.toString())
      return false
    })
    return { told, errors: outcome.errors }
  }

  /** Sends one DHT message to one peer and gives its answer, none to ADD_PROVIDER. */
  async function ask ({ peer, type, key, providers, timeout = DEFAULT_TIMEOUT_MS }) {
    const request = {
      type,
      key: key === undefined ? undefined : Buffer.from(key, 'hex'),
      closer: [],
      providers: (providers ?? []).map(({ peerId, addrs }) => ({
        id: peerIdFromString(peerId).toMultihash().bytes, multiaddrs: addrs.map(text => multiaddr(text).bytes)
      }))
    }
    const options = { path: NO_PATH, signal: AbortSignal.timeout(timeout) }
    const network = dht().network
    const send = type === MessageType.ADD_PROVIDER ? network.sendMessage : network.sendRequest
    for await (const event of send.call(network, peerIdFromString(peer), request, options)) {
      if (event.name === 'QUERY_ERROR') throw event.error
      if (event.name !== 'PEER_RESPONSE') continue
      return {
        type: event.messageType,
        closer: event.closer.map(describePeer),
        providers: event.providers.map(describePeer),
        record: event.record && { key: hex(event.record.key), value: hex(event.record.value) }
      }
    }
    throw new Error('no answer')
  }

  const commands = {
    awaitRoutingTable,
    routingTable: async () => ({ mode: dht().getMode(), ...await awaitRoutingTable({ peers: 0 }) }),
    dhtMode: async ({ mode }) => { await dht().setMode(mode); return { mode: dht().getMode() } },
    refreshRoutingTable: async () => { await dht().refreshRoutingTable(); return {} },
    provide: ({ key, ...options }) => provide(key, options),
    findProviders: ({ key, ...options }) => findProviders(key, options),
    dhtAsk: ask,

    /** The provider records this peer keeps for others. */
    dhtHeld: async ({ key }) => ({ providers: (await dht().providers.getProviders(contentCid(key))).map(String) }),

    /** Looks a peer up in the network; `useCache` allows what this peer knows already. */
    findPeer: async ({ peer, useCache = false, ...options }) => {
      let found
      const start = given => dht().findPeer(peerIdFromString(peer), { ...given, useCache })
      const outcome = await lookUp(options, start, event => {
        if (event.name !== 'FINAL_PEER') return false
        found = { from: event.from.toString(), ...describePeer(event.peer) }
        return true
      })
      return { found: found ?? null, ...outcome }
    },

    getClosestPeers: async ({ key, ...options }) => {
      const closest = []
      const outcome = await lookUp(options, given => dht().getClosestPeers(Buffer.from(key, 'hex'), given), event => {
        if (event.name === 'FINAL_PEER') closest.push(event.peer.id.toString())
        return false
      })
      return { peers: closest, ...outcome }
    },

    /** Puts a value under a key of the namespaces /pk/ or /dds-test/; without a key, this peer's own public key. */
    dhtPut: async ({ key, value, ...options }) => {
      const own = Buffer.concat([Buffer.from('/pk/'), node.peerId.toMultihash().bytes])
      const keyBytes = key === undefined ? own : Buffer.from(key, 'hex')
      const valueBytes = key === undefined ? publicKeyToProtobuf(node.peerId.publicKey) : Buffer.from(value, 'hex')
      const stored = []
      const outcome = await lookUp(options, given => dht().put(keyBytes, valueBytes, given), event => {
        if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') stored.push(event.from.toString())
        return false
      })
      return { key: hex(keyBytes), value: hex(valueBytes), stored, errors: outcome.errors }
    },

    dhtGet: async ({ key, ...options }) => {
      let found
      const outcome = await lookUp(options, given => dht().get(Buffer.from(key, 'hex'), given), event => {
        if (event.name === 'VALUE') found = { from: event.from.toString(), value: hex(event.value) }
        return false
      })
      return { found: found ?? null, ...outcome }
    }
  }
  return { commands, provide, findProviders, available: node.services.dht !== undefined }
}

function describePeer ({ id, multiaddrs }) {
  return { peerId: id.toString(), addrs: [...new Set(multiaddrs.map(String))] }
}

function hex (bytes) {
  return Buffer.from(bytes).toString('hex')
}

function fail (message) {
  throw new Error(message)
}
