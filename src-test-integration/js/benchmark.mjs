// One side of the transport benchmark, steered by its words on stdin: what DiallingChild does for the Java hosts.
//
//   benchmark.mjs listen SECURITY         prints its address
//   benchmark.mjs dial SECURITY ADDRESS WORKERS
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import { createNode } from './node.mjs'
import { closed, write } from './streams.mjs'

const ECHO = '/benchmark/echo/1.0.0'
const DISCARD = '/benchmark/discard/1.0.0'
const PING = '/ipfs/ping/1.0.0'
const SMALL = new Uint8Array(32)
const BLOCK = new Uint8Array(65_536)
const MANY_STREAMS = { maxInboundStreams: 1_000, maxOutboundStreams: 1_000 }

const [side, security, address, workers] = process.argv.slice(2)

async function start (listen) {
  const node = await createNode({ security, listen, key: 'ed25519', dht: 'none', 'monitor-ms': '60000' })
  await node.handle(ECHO, echo, MANY_STREAMS)
  await node.handle(DISCARD, discard, MANY_STREAMS)
  await node.start()
  return node
}

/** Bytes are counted as they arrive, which is the least that a reader can do. */
function received (stream, enough = Infinity) {
  return new Promise((resolve, reject) => {
    let count = 0
    stream.addEventListener('message', ({ data }) => {
      count += data.byteLength
      if (count >= enough) resolve(count)
    })
    stream.addEventListener('end', () => resolve(count))
    stream.addEventListener('close', ({ error }) => error == null ? resolve(count) : reject(error))
  })
}

async function discard (stream) {
  const answer = Buffer.alloc(8)
  answer.writeBigUInt64BE(BigInt(await received(stream)))
  await write(stream, answer)
  await stream.close()
}

async function echo (stream) {
  stream.addEventListener('message', ({ data }) => stream.send(data))
  await once(stream, 'end')
  await stream.close()
}

async function send (connection, over) {
  const stream = await connection.newStream(DISCARD, MANY_STREAMS)
  let answer
  stream.addEventListener('message', ({ data }) => { answer = Buffer.from(data.subarray()) })
  do await write(stream, BLOCK)
  while (performance.now() < over)
  await stream.close()
  await closed(stream)
  return Number(answer.readBigUInt64BE())
}

async function open (connection) {
  const stream = await connection.newStream(ECHO, MANY_STREAMS)
  const back = received(stream)
  stream.send(SMALL)
  await stream.close()
  const count = await back
  if (count !== SMALL.length) throw new Error(`${count} bytes came back of ${SMALL.length}`)
}

async function connect (node) {
  const connection = await node.dial(multiaddr(address))
  await open(connection)
  // Both ends say good-bye, and where the other's comes first js-libp2p calls it an error.
  await connection.close().catch(error => connection.abort(error))
}

async function ping (connection, over) {
  const stream = await connection.newStream(PING, MANY_STREAMS)
  const micros = []
  let wake
  let count = 0
  stream.addEventListener('message', ({ data }) => {
    count += data.byteLength
    if (count % SMALL.length === 0) wake()
  })
  do {
    const start = performance.now()
    const back = new Promise(resolve => { wake = resolve })
    stream.send(SMALL)
    await back
    micros.push((performance.now() - start) * 1e3)
  } while (performance.now() < over)
  await stream.close()
  micros.sort((a, b) => a - b)
  return { median: micros[Math.floor(micros.length / 2)], p99: micros[Math.floor(micros.length * 0.99)] }
}

/** Does `work`, given when to end and which of `width` it is, that many times at once. */
async function timed (width, millis, work) {
  const start = performance.now()
  const done = await Promise.all(Array.from({ length: width }, (_, i) => work(start + millis, i)))
  return { done: done.reduce((sum, some) => sum + some, 0), seconds: (performance.now() - start) / 1e3 }
}

function repeat (work) {
  return async (over, i) => {
    let count = 0
    do {
      await work(i)
      count++
    } while (performance.now() < over)
    return count
  }
}

function usage () {
  const { user, system } = process.cpuUsage()
  return { cpu: (user + system) / 1e6, memory: process.resourceUsage().maxRSS * 1024 }
}

async function answer (words, connection) {
  const millis = Number(words.at(-1))
  const width = Number(words[1])
  switch (words[0]) {
    case 'usage': return usage()
    case 'send': return timed(width, millis, over => send(connection, over))
    case 'connect': return timed(width, millis, repeat(i => connect(nodes[i])))
    case 'open': return timed(width, millis, repeat(() => open(connection)))
    case 'ping': return ping(connection, performance.now() + millis)
    default: throw new Error(words.join(' '))
  }
}

process.on('unhandledRejection', error => { if (error.name !== 'StreamStateError') throw error })

const nodes = []
let connection
if (side === 'listen') {
  nodes.push(await start('0'))
  console.log(nodes[0].getMultiaddrs()[0].toString())
} else {
  // Dials of one node to one address are one dial, so that each worker is a node of its own.
  for (let i = 0; i < Number(workers); i++) nodes.push(await start('none'))
  nodes.push(await start('none'))
  connection = await nodes.at(-1).dial(multiaddr(address))
}
for await (const line of createInterface({ input: process.stdin })) {
  const figures = await answer(line.split(' '), connection)
  console.log(Object.entries(figures).map(([name, value]) => `${name}=${value}`).join(' '))
}
await Promise.all(nodes.map(node => node.stop()))
process.exit(0)
