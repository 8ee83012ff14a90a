// Commands that speak the DDS protocol with the other side, or tell this peer what to serve.
import { cidOf, sha256 } from './dds-messages.mjs'
import { DdsRequester, DdsServer } from './dds.mjs'
import { addContent, decodeManifest, describeManifest, fileBlocks } from './manifest.mjs'
import { target } from './network-commands.mjs'
import { pseudoRandom, pseudoRandomBytes } from './pseudo-random.mjs'

/** Bytes this long and shorter are in the answer itself. */
const SHOWN_BYTES = 4_096

export async function ddsCommands (node, dht) {
  const requester = new DdsRequester(node)
  const server = new DdsServer(node, requester, async cid => {
    if (!dht.available) return []
    const { providers } = await dht.findProviders(cid, { peers: 0, timeout: 5_000 })
    return providers.map(({ peerId }) => peerId)
  })
  await server.start()

  return {
    ddsRetrieve: async ({ to, cid, manifest = false }) => {
      const bytes = await requester.retrieve(target(to), cid, { manifest })
      return {
        bytes: bytes.length,
        sha256: sha256(bytes).toString('hex'),
        hex: bytes.length <= SHOWN_BYTES ? bytes.toString('hex') : undefined
      }
    },

    /** Stores `hex`, or `bytes` pseudo-random ones, under their CID or whatever `cid` claims. */
    ddsStore: async ({ to, hex, seed = 1, bytes, cid }) => {
      const data = hex === undefined ? pseudoRandomBytes(seed, bytes) : Buffer.from(hex, 'hex')
      const name = cid ?? cidOf(data)
      await requester.store(target(to), name, data)
      return { cid: name, bytes: data.length }
    },

    ddsFindProviders: async ({ to, cid }) => ({ peers: await requester.findProviders(target(to), cid) }),

    ddsReplicate: async ({ to, cid, hint }) => {
      await requester.replicate(target(to), cid, hint)
      return {}
    },

    ddsProve: async ({ to, cid, nonce }) => {
      const proof = await requester.prove(target(to), cid, Buffer.from(nonce, 'hex'))
      return { proof: proof.toString('hex') }
    },

    /** Fetches and verifies a whole content from one peer or several. */
    ddsFetch: async ({ to, cid }) => {
      const { manifest, bytes, sha256 } = await requester.fetch([to].flat().map(target), cid)
      return { bytes, sha256, manifest: describeManifest(manifest) }
    },

    /** Decodes and validates a manifest, given as hex or fetched from a peer. */
    ddsManifest: async ({ hex, to, cid }) => {
      const bytes = hex === undefined
        ? await requester.retrieve(target(to), cid, { manifest: true })
        : Buffer.from(hex, 'hex')
      return { cid: cidOf(bytes), ...describeManifest(decodeManifest(bytes)) }
    },

    /**
     * Serves a content from now on, that of the file at the path `file` or of `bytes` pseudo-random bytes, and with
     * `announce` tells the DHT about all of it.
     */
    ddsServe: async ({ file, seed = 1, bytes, mimeType, filename, created, metadata, announce = false, peers = 1 }) => {
      const blocks = file === undefined ? pseudoRandom(seed, bytes) : fileBlocks(file)
      const content = addContent(server.chunks, blocks, {
        mime_type: mimeType, filename, creation_timestamp: created, custom_metadata: metadata
      })
      const cids = new Set([...content.chunkCids, content.cid])
      if (announce) for (const cid of cids) await dht.provide(cid, { peers })
      return content
    },

    /** Serves these bytes as they are under their CID: a manifest that breaks a rule, say. */
    ddsServeRaw: async ({ hex, cid }) => {
      const bytes = Buffer.from(hex, 'hex')
      const name = cid ?? cidOf(bytes)
      server.chunks.set(name, bytes)
      return { cid: name }
    },

    ddsForget: async ({ cids }) => ({ forgotten: cids.filter(cid => server.chunks.delete(cid)).length }),

    ddsMisbehave: async ({ id, cmd, ...faults }) => { server.misbehave(faults); return {} },

    ddsHeld: async () => ({ cids: [...server.chunks.keys()], asked: server.asked, served: server.served })
  }
}
