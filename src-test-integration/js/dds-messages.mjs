// The messages of the DDS wire protocol 0.1.0, their limits and error codes, and how they travel on a stream.
import { createHash } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import { encodeVarint, message } from './protobuf.mjs'
import { write } from './streams.mjs'

export const DDS_PROTOCOL = '/digisocialblock/dds/0.1.0'
export const CHUNK_BYTES = 262_144
export const MANIFEST_BYTES = 4_194_304
/** What a message may be longer than the chunk or manifest in it. */
const ENVELOPE_BYTES = 1_024
export const CHUNK_MESSAGE_BYTES = CHUNK_BYTES + ENVELOPE_BYTES
export const LARGEST_MESSAGE_BYTES = MANIFEST_BYTES + ENVELOPE_BYTES
/** The first byte of a request that stores: field 1, length-delimited. */
const STORE_CHUNK_TAG = 0x0a

export const ErrorCode = {
  NOT_FOUND: 1,
  INVALID_CID: 2,
  CID_MISMATCH: 3,
  TOO_LARGE: 4,
  STORAGE_FULL: 5,
  BUSY: 6,
  REFUSED: 7,
  INTERNAL: 8,
  BAD_REQUEST: 9
}

const acknowledgement = message({ success: [1, 'bool'], error_code: [2, 'uint32'], error_message: [3, 'string'] })

const answerWith = (name, type, label) => message({
  [name]: [1, type, label], success: [2, 'bool'], error_code: [3, 'uint32'], error_message: [4, 'string']
})

export const DdsRequest = message({
  store_chunk: [1, message({ cid: [1, 'string'], chunk_data: [2, 'bytes'] }), 'oneof'],
  retrieve_chunk: [2, message({ cid: [1, 'string'] }), 'oneof'],
  find_providers: [3, message({ cid: [1, 'string'] }), 'oneof'],
  replicate: [4, message({ cid: [1, 'string'], source_peer_id_hint: [2, 'string'] }), 'oneof'],
  prove: [5, message({ cid: [1, 'string'], nonce: [2, 'bytes'] }), 'oneof']
})

export const DdsResponse = message({
  store_chunk: [1, acknowledgement, 'oneof'],
  retrieve_chunk: [2, answerWith('chunk_data', 'bytes'), 'oneof'],
  find_providers: [3, answerWith('peer_ids', 'string', 'repeated'), 'oneof'],
  replicate: [4, acknowledgement, 'oneof'],
  prove: [5, answerWith('proof', 'bytes'), 'oneof']
})

export const ContentManifest = message({
  chunk_cids: [1, 'string', 'repeated'],
  original_content_sha256: [2, 'bytes'],
  original_content_size_bytes: [3, 'uint64'],
  creation_timestamp: [4, 'int64'],
  mime_type: [5, 'string'],
  filename: [6, 'string'],
  custom_metadata: [7, 'string', 'map']
})

export function sha256 (bytes) {
  return createHash('sha256').update(bytes).digest()
}

export function cidOf (bytes) {
  return cidOfDigest(sha256(bytes))
}

export function cidOfDigest (digest) {
  return base58btc.baseEncode(digest)
}

/** The 32-byte digest of a CID, or undefined where the text is none. */
export function digestOf (cid) {
  try {
    const digest = Buffer.from(base58btc.baseDecode(cid))
    return digest.length === 32 ? digest : undefined
  } catch {
    return undefined
  }
}

export async function writeMessage (stream, bytes) {
  await write(stream, Buffer.concat([encodeVarint(bytes.length), bytes]))
}

/** Reads one message; a length above `limit` is an error before any of it is read. */
export async function readMessage (reader, limit) {
  return reader.exactly(await readLength(reader, limit))
}

/** Reads one request: only a StoreChunk may be longer than a message about a data chunk. */
export async function readRequest (reader) {
  const length = await readLength(reader, LARGEST_MESSAGE_BYTES)
  if (length === 0) return Buffer.alloc(0)
  const first = await reader.exactly(1)
  const limit = first[0] === STORE_CHUNK_TAG ? LARGEST_MESSAGE_BYTES : CHUNK_MESSAGE_BYTES
  if (length > limit) throw new Error(`message of ${length} bytes exceeds ${limit}`)
  return Buffer.concat([first, await reader.exactly(length - 1)])
}

async function readLength (reader, limit) {
  let length = 0
  for (let scale = 1; ; scale *= 128) {
    const [byte] = await reader.exactly(1)
    length += (byte & 0x7f) * scale
    if (length > limit || scale > limit) throw new Error(`message of at least ${length} bytes exceeds ${limit}`)
    if (byte < 0x80) return length
  }
}
