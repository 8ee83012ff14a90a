// One js-libp2p node that knows no network but 127.0.0.0/8.
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

const KEY_TYPES = { ed25519: 'Ed25519', secp256k1: 'secp256k1', rsa: 'RSA' }
const SECURITY = { noise: [noise], tls: [tls], both: [noise, tls] }
/** Connections a second from one host, and handshakes under way; js-libp2p's own 5 and 10 are for strangers. */
const INBOUND_CONNECTIONS_PER_SECOND = 1_000_000
const PENDING_CONNECTIONS = 1_000

/** The node, not started yet. `options` are those of peer.mjs. */
export async function createNode (options) {
  return createLibp2p({
    start: false,
    privateKey: await generateKeyPair(choice(KEY_TYPES, options.key, 'key')),
    addresses: { listen: options.listen === 'none' ? [] : [`/ip4/127.0.0.1/tcp/${options.listen}`] },
    transports: [tcp()],
    connectionEncrypters: choice(SECURITY, options.security, 'security').map(create => create()),
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: address => !isLoopback(address) },
    // Without a resolver a /dnsaddr somebody tells us cannot make us ask a name server.
    connectionManager: {
      inboundConnectionThreshold: INBOUND_CONNECTIONS_PER_SECOND,
      maxIncomingPendingConnections: PENDING_CONNECTIONS,
      resolvers: {}
    },
    connectionMonitor: { pingInterval: Number(options['monitor-ms']) },
    services: {
      identify: identify(),
      identifyPush: identifyPush(),
      ping: ping(),
      ...dht(options)
    }
  })
}

export function isLoopback (address) {
  return /^\/ip4\/127\.\d+\.\d+\.\d+\/tcp\/\d+(\/p2p\/\w+)?$/.test(address.toString())
}

function dht (options) {
  if (options.dht === 'none') return {}
  const clientMode = choice({ server: false, client: true }, options.dht, 'dht')
  return {
    dht: kadDHT({
      protocol: options['dht-protocol'],
      clientMode,
      peerInfoMapper: passthroughMapper,
      // Queries need not wait for the first self-query: commands that need peers wait for them themselves.
      allowQueryWithZeroPeers: true,
      validators: { 'dds-test': async () => {} },
      selectors: { 'dds-test': () => 0 }
    })
  }
}

function choice (table, name, option) {
  if (!Object.hasOwn(table, name)) throw new Error(`--${option} ${name}: one of ${Object.keys(table).join(', ')}`)
  return table[name]
}
