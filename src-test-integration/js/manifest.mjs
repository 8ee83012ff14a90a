// Contents and their manifests: cutting bytes into chunks, describing them, and checking a manifest somebody sent.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { CHUNK_BYTES, cidOf, ContentManifest, digestOf, MANIFEST_BYTES } from './dds-messages.mjs'

/**
 * Adds the chunks and the manifest of a content to `chunks`. `blocks` yields its bytes: buffers of a size of which a
 * chunk is a multiple, the last one shorter. `recorded` are the manifest's optional fields.
 */
export function addContent (chunks, blocks, recorded = {}) {
  const hash = createHash('sha256')
  const cids = []
  let length = 0
  for (const chunk of contentChunks(blocks)) {
    hash.update(chunk)
    length += chunk.length
    const cid = cidOf(chunk)
    chunks.set(cid, chunk)
    cids.push(cid)
  }
  const digest = hash.digest()
  const manifest = ContentManifest.encode({
    ...recorded, chunk_cids: cids, original_content_sha256: digest, original_content_size_bytes: length
  })
  const cid = cidOf(manifest)
  chunks.set(cid, manifest)
  return { cid, chunkCids: cids, bytes: length, sha256: digest.toString('hex'), manifestHex: manifest.toString('hex') }
}

function * contentChunks (blocks) {
  let empty = true
  let gathered = []
  let held = 0
  for (const block of blocks) {
    empty = false
    gathered.push(block)
    held += block.length
    if (held < CHUNK_BYTES) continue
    yield Buffer.concat(gathered)
    gathered = []
    held = 0
  }
  if (held > 0 || empty) yield Buffer.concat(gathered)
}

/** The bytes of a file, for `addContent`. */
export function * fileBlocks (path) {
  const file = openSync(path)
  try {
    for (;;) {
      const block = Buffer.alloc(CHUNK_BYTES)
      const length = readSync(file, block)
      if (length === 0) return
      yield block.subarray(0, length)
    }
  } finally {
    closeSync(file)
  }
}

/** Decodes a manifest and checks its rules; the error says which one is broken. */
export function decodeManifest (bytes) {
  if (bytes.length > MANIFEST_BYTES) throw new Error(`manifest of ${bytes.length} bytes exceeds ${MANIFEST_BYTES}`)
  const manifest = ContentManifest.decode(bytes)
  const size = BigInt(manifest.original_content_size_bytes)
  const expected = size === 0n ? 1n : (size + BigInt(CHUNK_BYTES) - 1n) / BigInt(CHUNK_BYTES)
  if (BigInt(manifest.chunk_cids.length) !== expected) {
    throw new Error(`manifest names ${manifest.chunk_cids.length} chunks where ${size} bytes have ${expected}`)
  }
  const wrong = manifest.chunk_cids.find(cid => digestOf(cid) === undefined)
  if (wrong !== undefined) throw new Error(`manifest names chunk "${wrong}"`)
  if (manifest.original_content_sha256.length !== 32) {
    throw new Error(`manifest digest of ${manifest.original_content_sha256.length} bytes`)
  }
  if (!isBaseName(manifest.filename)) throw new Error(`manifest filename "${manifest.filename}"`)
  return manifest
}

export function isManifest (bytes) {
  try {
    decodeManifest(bytes)
    return true
  } catch {
    return false
  }
}

function isBaseName (filename) {
  return !/[/\\\0]/.test(filename) && filename !== '.' && filename !== '..'
}

/** A manifest as JSON can carry it. */
export function describeManifest (manifest) {
  return {
    chunkCids: manifest.chunk_cids,
    sha256: manifest.original_content_sha256.toString('hex'),
    bytes: manifest.original_content_size_bytes,
    created: manifest.creation_timestamp,
    mimeType: manifest.mime_type,
    filename: manifest.filename,
    metadata: manifest.custom_metadata
  }
}
