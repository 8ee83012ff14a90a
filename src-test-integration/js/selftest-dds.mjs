// The DDS protocol between peers of this folder: chunks, contents, manifests, error codes, and faults on purpose.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { CHUNK_BYTES, cidOf, ContentManifest, DDS_PROTOCOL, ErrorCode, sha256 } from './dds-messages.mjs'
import { pseudoRandomBytes } from './pseudo-random.mjs'
import { eventually, withPeers } from './selftest-peers.mjs'

const MIB = 1_048_576

describe('the DDS protocol', () => withPeers(3, [], peers => {
  const LENGTH = 5 * CHUNK_BYTES + 17
  let content

  before(async () => {
    const [a, b] = peers
    await a.ask('awaitRoutingTable', { peer: b.peerId })
    content = await a.ask('ddsServe', { seed: 3, bytes: LENGTH, filename: 'a.bin', mimeType: 'x/y', announce: true })
  })

  test('a content is served and fetched', async () => {
    const [a, b] = peers
    assert.equal(content.sha256, sha256(pseudoRandomBytes(3, LENGTH)).toString('hex'))
    const fetched = await b.ask('ddsFetch', { to: a.peerId, cid: content.cid })
    assert.deepEqual([fetched.bytes, fetched.sha256], [LENGTH, content.sha256])
    const manifest = await b.ask('ddsManifest', { to: a.peerId, cid: content.cid })
    assert.deepEqual([manifest.cid, manifest.filename, manifest.mimeType, manifest.bytes, manifest.chunkCids],
      [content.cid, 'a.bin', 'x/y', LENGTH, content.chunkCids])
    assert.equal((await b.ask('ddsRetrieve', { to: a.peerId, cid: content.chunkCids[5] })).bytes, 17)
  })

  test('the content of a file has the name of the same bytes from anywhere', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'dds-selftest-')), 'a')
    try {
      await writeFile(file, pseudoRandomBytes(3, LENGTH))
      const served = await peers[2].ask('ddsServe', { file, filename: 'a.bin', mimeType: 'x/y' })
      assert.deepEqual(served, content)
    } finally {
      await rm(dirname(file), { recursive: true })
    }
  })

  test('empty content is one chunk of no bytes', async () => {
    const [a, b] = peers
    const empty = await a.ask('ddsServe', { bytes: 0 })
    assert.deepEqual(empty.chunkCids, [cidOf(Buffer.alloc(0))])
    assert.equal((await b.ask('ddsFetch', { to: a.peerId, cid: empty.cid })).sha256, sha256('').toString('hex'))
  })

  test('providers are found by asking and in the DHT', async () => {
    const [a, b] = peers
    assert.deepEqual((await b.ask('ddsFindProviders', { to: a.peerId, cid: content.cid })).peers, [a.peerId])
    const { providers } = await b.ask('findProviders', { key: content.chunkCids[0] })
    assert.deepEqual(providers.map(({ peerId }) => peerId), [a.peerId])
  })

  test('a chunk is stored, proved, replicated and forgotten', async () => {
    const [a, b, c] = peers
    const { cid } = await a.ask('ddsStore', { to: b.peerId, seed: 9, bytes: CHUNK_BYTES })
    const nonce = '07'.repeat(32)
    const expected = createHmac('sha256', Buffer.from(nonce, 'hex')).update(pseudoRandomBytes(9, CHUNK_BYTES))
    assert.equal((await a.ask('ddsProve', { to: b.peerId, cid, nonce })).proof, expected.digest('hex'))
    await b.ask('ddsReplicate', { to: c.peerId, cid, hint: b.peerId })
    await eventually(async () => (await c.ask('ddsHeld')).cids.includes(cid))
    assert.equal((await b.ask('ddsForget', { cids: [cid] })).forgotten, 1)
    await assert.rejects(a.ask('ddsRetrieve', { to: b.peerId, cid }), { code: ErrorCode.NOT_FOUND })
  })

  test('what breaks a rule gets its code', async () => {
    const [a, b] = peers
    const cid = cidOf(Buffer.of(1))
    const cases = [
      ['ddsRetrieve', { cid: '0OIl' }, ErrorCode.INVALID_CID],
      ['ddsStore', { cid, hex: '02' }, ErrorCode.CID_MISMATCH],
      ['ddsStore', { cid, bytes: CHUNK_BYTES + 1 }, ErrorCode.TOO_LARGE],
      ['ddsProve', { cid: content.cid, nonce: '00' }, ErrorCode.BAD_REQUEST]
    ]
    for (const [cmd, fields, code] of cases) await assert.rejects(b.ask(cmd, { to: a.peerId, ...fields }), { code })
    for (const hex of ['00', '023200', 'ffffff7f', '81881012']) {
      const answer = await b.ask('request', { to: a.peerId, protocol: DDS_PROTOCOL, hex })
      assert.deepEqual([hex, answer.hex, answer.ended], [hex, '', false])
    }
  })

  test('a manifest that breaks a rule is refused before anything is fetched', async () => {
    const [a, b] = peers
    const good = {
      chunk_cids: [cidOf(Buffer.of(1))], original_content_sha256: Buffer.alloc(32), original_content_size_bytes: 1
    }
    const cases = [
      [{ ...good, original_content_size_bytes: CHUNK_BYTES + 1 }, /names 1 chunks where 262145 bytes have 2/],
      [{ ...good, chunk_cids: ['a'] }, /names chunk "a"/],
      [{ ...good, original_content_sha256: Buffer.of(1) }, /digest of 1 bytes/],
      [{ ...good, filename: '../x' }, /filename "..\/x"/]
    ]
    for (const [manifest, error] of cases) {
      const { cid } = await a.ask('ddsServeRaw', { hex: ContentManifest.encode(manifest).toString('hex') })
      await assert.rejects(b.ask('ddsFetch', { to: a.peerId, cid }), error)
    }
  })

  test('faults are shown as told', async () => {
    const [a, b] = peers
    const [first, second] = content.chunkCids
    const retrieve = cid => b.ask('ddsRetrieve', { to: a.peerId, cid })
    await a.ask('ddsMisbehave', { corrupt: [first], missing: [second] })
    await assert.rejects(retrieve(first), /does not hash to/)
    await assert.rejects(retrieve(second), { code: ErrorCode.NOT_FOUND })
    await a.ask('ddsMisbehave', { refuse: ErrorCode.BUSY })
    await assert.rejects(retrieve(first), { code: ErrorCode.BUSY })
    await a.ask('ddsMisbehave', { stall: true })
    const stalled = await b.ask('request', {
      to: a.peerId, protocol: DDS_PROTOCOL, hex: retrieveRequestHex(first), limit: MIB, timeout: 500
    })
    assert.ok(stalled.bytes > CHUNK_BYTES / 2 && stalled.bytes < CHUNK_BYTES && !stalled.ended)
    await a.ask('ddsMisbehave')
    assert.equal((await retrieve(first)).bytes, CHUNK_BYTES)
    assert.ok((await a.ask('ddsHeld')).served.retrieve_chunk > 0)
  })
}))

function retrieveRequestHex (cid) {
  const inner = Buffer.concat([Buffer.of(0x0a, cid.length), Buffer.from(cid)])
  return Buffer.concat([Buffer.of(inner.length + 2, 0x12, inner.length), inner]).toString('hex')
}

describe('manifests', () => {
  test('are written deterministically', () => {
    const encoded = ContentManifest.encode({
      custom_metadata: { b: '', a: '1' },
      filename: 'f',
      chunk_cids: ['11'],
      original_content_sha256: Buffer.of(5),
      original_content_size_bytes: 300,
      creation_timestamp: -1
    })
    assert.equal(encoded.toString('hex'), '0a023131' + '120105' + '18ac02' + '20ffffffffffffffffff01' + '320166' +
      '3a06' + '0a0161' + '120131' + '3a05' + '0a0162' + '1200')
    assert.deepEqual({ ...ContentManifest.decode(encoded).custom_metadata }, { a: '1', b: '' })
  })

  test('unknown fields are skipped and truncated ones refused', () => {
    assert.deepEqual(ContentManifest.decode(Buffer.from('f80101' + '0a0161', 'hex')).chunk_cids, ['a'])
    for (const hex of ['0a', '0a0261', '0a01ff', '00', '0b', '18' + 'ff'.repeat(10)]) {
      assert.throws(() => ContentManifest.decode(Buffer.from(hex, 'hex')), undefined, hex)
    }
  })
})
