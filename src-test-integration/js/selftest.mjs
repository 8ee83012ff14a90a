// Peers of this folder against each other, every command once: what fails here is no fault of the other implementation.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { cidOf, sha256 } from './dds-messages.mjs'
import { DISCARD, ECHO, IGNORE, NEVER_READ } from './handlers.mjs'
import { createNode } from './node.mjs'
import { PeerProcess } from './peer-process.mjs'
import { pseudoRandomBytes } from './pseudo-random.mjs'
import { eventually, withPeers } from './selftest-peers.mjs'

const MIB = 1_048_576
const FIRST_WINDOW_BYTES = 262_144
const LARGEST_WINDOW_BYTES = 16 * MIB
const KAD = '/digisocialblock/kad/1.0.0'

const COMBINATIONS = [
  ['noise', 'ed25519'], ['tls', 'ed25519'], ['noise', 'rsa'], ['tls', 'secp256k1'], ['both', 'ed25519']
]

for (const [security, key] of COMBINATIONS) {
  const options = ['--security', security, '--key', key]
  describe(`two peers with ${security} and ${key} keys`, () => withPeers(2, options, peers => {
    test('ping each other', async () => {
      for (const [a, b] of [peers, peers.toReversed()]) {
        const { all } = await a.ask('ping', { to: b.addr, count: 3 })
        assert.equal(all.length, 3)
      }
    })

    test('identify each other', async () => {
      for (const [a, b] of [peers, peers.toReversed()]) {
        const [said, own] = await Promise.all([a.ask('peerInfo', { peer: b.peerId }), b.ask('id')])
        assert.equal(said.publicKey, own.publicKey)
        assert.deepEqual(said.protocols.toSorted(), own.protocols.toSorted())
        assert.deepEqual(said.listenAddrs.map(addr => `${addr}/p2p/${b.peerId}`), own.addrs)
        assert.deepEqual(said.signedPeerRecord.addrs, said.listenAddrs)
        assert.match(said.observedAddr, /^\/ip4\/127\.0\.0\.1\/tcp\/\d+/)
        assert.match(said.agentVersion, /^js-libp2p\//)
        assert.equal((await a.ask('identify', { to: b.peerId })).publicKey, own.publicKey)
      }
    })

    test('are connected with the security asked for', async () => {
      const { connections } = await peers[0].ask('connections', { peer: peers[1].peerId })
      assert.deepEqual(connections.map(c => [c.direction, c.encryption, c.multiplexer]),
        [['outbound', security === 'tls' ? '/tls/1.0.0' : '/noise', '/yamux/1.0.0']])
    })

    test('echo what was sent', async () => {
      for (const bytes of [0, 1, 65_537, 4 * MIB]) {
        for (const [a, b] of [peers, peers.toReversed()]) {
          const answer = await a.ask('echo', { to: b.peerId, bytes, seed: 7 })
          assert.equal(answer.sha256, sha256(pseudoRandomBytes(7, bytes)).toString('hex'))
        }
      }
    })
  }))
}

describe('streams', () => withPeers(2, [], peers => {
  test('echo 64 MiB each way at once', async () => {
    const [a, b] = peers
    const answers = await Promise.all([
      a.ask('echo', { to: b.addr, bytes: 64 * MIB, seed: 1 }), b.ask('echo', { to: a.peerId, bytes: 64 * MIB, seed: 2 })
    ])
    assert.deepEqual(answers.map(({ bytes }) => bytes), [64 * MIB, 64 * MIB])
    const { sha256 } = await a.ask('pseudoRandom', { bytes: 64 * MIB, seed: 2 })
    assert.equal(answers[1].sha256, sha256)
  })

  test('a peer that never reads costs its window, and holds nothing else up', async () => {
    const [a, b] = peers
    const [sunk, echoed] = await Promise.all([
      a.ask('sink', { to: b.addr, protocol: NEVER_READ, bytes: 8 * MIB, ms: 1_000 }),
      a.ask('echo', { to: b.addr, bytes: MIB })
    ])
    assert.equal(sunk.finished, false)
    assert.equal(sunk.written, FIRST_WINDOW_BYTES)
    assert.equal(echoed.bytes, MIB)
    const [held] = (await b.ask('unread')).streams
    assert.equal(held.buffered, FIRST_WINDOW_BYTES)
  })

  test('a held stream goes on when it is read at last', async () => {
    const [a, b] = peers
    await b.ask('readUnread')
    const sinking = a.ask('sink', { to: b.addr, protocol: NEVER_READ, bytes: 2 * MIB, ms: 10_000 })
    await eventually(async () => {
      const { streams } = await b.ask('unread')
      return streams.some(({ buffered }) => buffered === FIRST_WINDOW_BYTES)
    })
    assert.equal((await b.ask('readUnread')).streams, 1)
    assert.deepEqual(await sinking.then(({ finished, written }) => [finished, written]), [true, 2 * MIB])
  })

  test('a stream without a listener is reset past 4 MiB', async () => {
    const [a, b] = peers
    const sunk = await a.ask('sink', { to: b.addr, protocol: IGNORE, bytes: 64 * MIB, ms: 5_000 })
    assert.equal(sunk.status, 'reset')
    const held = (await b.ask('unread')).streams.find(({ protocol }) => protocol === IGNORE)
    assert.match(held.error, /exceeded limit of 4194304/)
  })

  test('pull what a source sends, stop for a while, and go on', async () => {
    const [a, b] = peers
    const whole = await a.ask('pull', { to: b.addr, bytes: 24 * MIB })
    const halted = await a.ask('pull', { to: b.addr, bytes: 24 * MIB, stopAfter: MIB, holdMs: 300, resume: true })
    assert.equal(halted.sha256, whole.sha256)
    assert.ok(halted.held.unread <= LARGEST_WINDOW_BYTES + 2 * MIB, `${halted.held.unread} bytes piled up`)
    assert.equal((await a.ask('pull', { to: b.addr, bytes: 24 * MIB, stopAfter: MIB })).bytes, MIB)
  })

  test('discard counts and hashes', async () => {
    const [a, b] = peers
    const { hex, ended } = await a.ask('request', { to: b.addr, protocol: DISCARD, hex: '6162' })
    assert.deepEqual([hex, ended], ['0000000000000002' + sha256(Buffer.from('ab')).toString('hex'), true])
  })

  test('many streams side by side', async () => {
    const [a, b] = peers
    assert.deepEqual(await a.ask('openStreams', { to: b.addr, protocol: ECHO, count: 100 }),
      { opened: 100, alive: 100, errors: [] })
  })

  test('a protocol added later is pushed', async () => {
    const [a, b] = peers
    await b.ask('neverRead', { protocol: '/dds-test/later/1.0.0' })
    const { messages } = await a.ask('peerInfo', { peer: b.peerId, protocol: '/dds-test/later/1.0.0' })
    assert.ok(messages > 1)
    await b.ask('unhandle', { protocol: '/dds-test/later/1.0.0' })
    await a.ask('peerInfo', { peer: b.peerId, without: '/dds-test/later/1.0.0' })
  })
}))

describe('a DHT of three in a row', () => withPeers(3, ['--dht-protocol', KAD], peers => {
  const key = '1220' + sha256('a chunk').toString('hex')

  before(async () => {
    await peers[1].ask('awaitRoutingTable', { peers: 2 })
    await peers[0].ask('awaitRoutingTable', { peer: peers[1].peerId })
    await peers[2].ask('awaitRoutingTable', { peer: peers[1].peerId })
  })

  test('the one end finds what the other end provides', async () => {
    const [a, b, c] = peers
    const { told } = await a.ask('provide', { key })
    assert.ok(told.includes(b.peerId))
    assert.deepEqual((await b.ask('dhtHeld', { key })).providers, [a.peerId])
    const { providers } = await c.ask('findProviders', { key })
    assert.deepEqual(providers, [{ peerId: a.peerId, addrs: a.addrs.map(addr => addr.replace(/\/p2p\/.*/, '')) }])
  })

  test('a peer is found, and the closest to a key', async () => {
    const [a, , c] = peers
    assert.equal((await c.ask('findPeer', { peer: a.peerId })).found.peerId, a.peerId)
    assert.ok((await c.ask('getClosestPeers', { key })).peers.includes(peers[1].peerId))
    assert.equal((await c.ask('routingTable')).mode, 'server')
  })

  test('single messages are answered, and a record for somebody else is not kept', async () => {
    const [a, b, c] = peers
    assert.equal((await a.ask('dhtAsk', { peer: b.peerId, type: 'PING' })).type, 'PING')
    const { closer } = await a.ask('dhtAsk', { peer: b.peerId, type: 'FIND_NODE', key })
    assert.ok(closer.some(({ peerId }) => peerId === c.peerId))
    const other = '1220' + sha256('another chunk').toString('hex')
    for (const { peerId, addrs } of [c, a]) {
      await a.ask('dhtAsk', { peer: b.peerId, type: 'ADD_PROVIDER', key: other, providers: [{ peerId, addrs }] })
    }
    const asked = { peer: b.peerId, type: 'GET_PROVIDERS', key: other }
    await eventually(async () => (await a.ask('dhtAsk', asked)).providers.length > 0)
    assert.deepEqual((await b.ask('dhtHeld', { key: other })).providers, [a.peerId])
  })

  test('a value is put and got', async () => {
    const [a, , c] = peers
    const put = await a.ask('dhtPut')
    assert.equal((await c.ask('dhtGet', { key: put.key })).found.value, put.value)
    const own = { key: Buffer.from('/dds-test/x').toString('hex'), value: 'beef' }
    await a.ask('dhtPut', own)
    assert.equal((await c.ask('dhtGet', { key: own.key })).found.value, 'beef')
  })

  test('a client leaves the DHT to the others', async () => {
    const [a, b] = peers
    await a.ask('dhtMode', { mode: 'client' })
    await b.ask('peerInfo', { peer: a.peerId, without: KAD })
    await assert.rejects(b.ask('dhtAsk', { peer: a.peerId, type: 'PING' }), /Protocol selection failed/)
    await a.ask('dhtMode', { mode: 'server' })
  })
}))

describe('a peer process', () => {
  test('ends when told, on SIGTERM, and when its standard input closes', async () => {
    const stopped = await PeerProcess.start()
    await stopped.ask('stop')
    assert.deepEqual(await stopped.exited, { code: 0, signal: null })
    assert.deepEqual(await (await PeerProcess.start()).kill('SIGTERM'), { code: 0, signal: null })
    assert.deepEqual(await (await PeerProcess.start()).closeInput(), { code: 0, signal: null })
  })

  test('says what it does not understand', async () => {
    const peer = await PeerProcess.start('--dht', 'none', '--listen', 'none')
    assert.deepEqual(peer.addrs, [])
    await assert.rejects(peer.ask('constructor'), /unknown command "constructor"/)
    await assert.rejects(peer.ask('provide', { key: cidOf(Buffer.of(1)) }), /no DHT/)
    await assert.rejects(peer.ask('ping', { to: '/ip6/::1/tcp/1' }), /not a TCP address in 127/)
    await peer.closeInput()
    await assert.rejects(PeerProcess.start('--security', 'plaintext'), /peer exited with 2/)
  })

  test('an abrupt disconnect is seen at the other side', async () => {
    const [a, b] = await Promise.all([PeerProcess.start(), PeerProcess.start()])
    await a.ask('dial', { to: b.addr })
    await b.ask('awaitConnection', { peer: a.peerId })
    await b.ask('disconnect', { peer: a.peerId, abrupt: true })
    await a.ask('awaitConnection', { peer: b.peerId, connected: false })
    assert.deepEqual((await a.ask('connections')).connections, [])
    await Promise.all([a.closeInput(), b.closeInput()])
  })

  test('its node is kept from dialling anything but 127.0.0.0/8', async () => {
    const node = await createNode({
      security: 'noise', listen: 'none', key: 'ed25519', dht: 'none', 'dht-protocol': KAD, 'monitor-ms': '10000'
    })
    await node.start()
    for (const address of ['/ip6/::1/tcp/1', '/dns4/localhost/tcp/1']) {
      await assert.rejects(node.dial(multiaddr(address)), { name: 'DialDeniedError' })
    }
    await node.stop()
  })
})
