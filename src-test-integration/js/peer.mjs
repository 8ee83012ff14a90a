// One js-libp2p peer as a process, steered by JSON lines on stdin; README.md lists the options and commands.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { ddsCommands } from './dds-commands.mjs'
import { dhtCommands } from './dht-commands.mjs'
import { handleTestProtocols, UnreadStreams } from './handlers.mjs'
import { networkCommands } from './network-commands.mjs'
import { createNode } from './node.mjs'
import { streamCommands } from './stream-commands.mjs'

const STOP_TIMEOUT_MS = 3_000
const USAGE_ERROR = 2

const OPTIONS = {
  security: { type: 'string', default: 'noise' },
  listen: { type: 'string', default: '0' },
  key: { type: 'string', default: 'ed25519' },
  dht: { type: 'string', default: 'server' },
  'dht-protocol': { type: 'string', default: '/digisocialblock/kad/1.0.0' },
  // js-libp2p drops a connection for one late answer to a ping, which on a busy machine is no fault of the other end.
  'monitor-ms': { type: 'string', default: '600000' }
}

const print = line => process.stdout.write(JSON.stringify(line, encodeValue) + '\n')

function encodeValue (key, value) {
  return typeof value === 'bigint' ? value.toString() : value
}

async function createNodeAsTold () {
  try {
    return await createNode(parseArgs({ options: OPTIONS }).values)
  } catch (error) {
    console.error(`peer: ${error.message}`)
    process.exit(USAGE_ERROR)
  }
}

let stopping = false

async function stop (node) {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref()
  await node.stop()
  process.exit(0)
}

async function answer (commands, line) {
  let id = null
  try {
    const request = JSON.parse(line)
    id = request.id ?? null
    if (!Object.hasOwn(commands, request.cmd)) throw new Error(`unknown command "${request.cmd}"`)
    print({ id, ok: true, ...await commands[request.cmd](request) })
  } catch (error) {
    print({ id, ok: false, error: describe(error), name: error?.name, code: error?.code })
  }
}

function describe (error) {
  if (error instanceof AggregateError) return `${error.message}: ${error.errors.map(describe).join('; ')}`
  return error?.message ?? String(error)
}

process.on('unhandledRejection', error => console.error('unhandled rejection:', error))

const node = await createNodeAsTold()
const unread = new UnreadStreams()
await handleTestProtocols(node, unread)
const dht = dhtCommands(node)
const commands = {
  ...networkCommands(node),
  ...streamCommands(node, unread),
  ...dht.commands,
  ...await ddsCommands(node, dht),
  stop: async () => { setImmediate(() => stop(node)) }
}
await node.start()

process.on('SIGTERM', () => stop(node))
process.on('SIGINT', () => stop(node))
const input = createInterface({ input: process.stdin })
input.on('line', line => { if (line.trim() !== '') answer(commands, line) })
// The process that steers us is gone when its end of the pipe is, however it ended.
input.on('close', () => stop(node))
// A reader that went away must not keep us: without it stdout fails on the next answer.
process.stdout.on('error', () => stop(node))

print({
  event: 'ready',
  peerId: node.peerId.toString(),
  addrs: node.getMultiaddrs().map(String),
  pid: process.pid,
  node: process.versions.node
})
