// A small proto3 codec: a message is a table of its fields, and values are plain objects with every field present.
//
// Encoding is deterministic: fields in number order, defaults omitted, map entries sorted by the UTF-8 bytes of their
// keys with key and value always written. Decoding skips unknown fields; the last value of a field counts.
const VARINT = 0
const FIXED64 = 1
const DELIMITED = 2
const FIXED32 = 5

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function encodeVarint (value) {
  const bytes = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

const integer = bits => ({
  wire: VARINT,
  zero: () => 0,
  isZero: value => BigInt(value) === 0n,
  encode: encodeVarint,
  decode: value => toNumber(bits(value))
})

const scalars = {
  bool: { ...integer(v => v), zero: () => false, isZero: v => !v, encode: () => Buffer.of(1), decode: v => v !== 0n },
  uint32: integer(value => BigInt.asUintN(32, value)),
  uint64: integer(value => value),
  int64: integer(value => BigInt.asIntN(64, value)),
  string: {
    wire: DELIMITED,
    zero: () => '',
    isZero: value => value.length === 0,
    encode: value => Buffer.from(value, 'utf8'),
    decode: bytes => utf8.decode(bytes)
  },
  bytes: {
    wire: DELIMITED,
    zero: () => Buffer.alloc(0),
    isZero: value => value.length === 0,
    encode: value => value,
    decode: bytes => bytes
  }
}

/**
 * `message({ cid: [1, 'string'], items: [2, 'bytes', 'repeated'], labels: [3, 'string', 'map'], inner: [4, other] })`.
 * An absent inner message is undefined; of the inner messages marked 'oneof' the last one read is there.
 */
export function message (fields) {
  const ordered = Object.entries(fields)
    .map(([name, [number, type, label]]) => ({ name, number, type: scalars[type] ?? nested(type), label }))
    .sort((a, b) => a.number - b.number)
  const byNumber = new Map(ordered.map(field => [field.number, field]))
  return { encode: value => encode(ordered, value), decode: bytes => decode(ordered, byNumber, Buffer.from(bytes)) }
}

function nested (type) {
  return { ...type, wire: DELIMITED, zero: () => undefined, isZero: value => value === undefined }
}

const mapEntry = message({ key: [1, 'string'], value: [2, 'string'] })

function encode (fields, value) {
  return Buffer.concat(fields.flatMap(({ name, number, type, label }) => {
    const given = value[name]
    if (given === undefined) return []
    if (label === 'repeated') return given.flatMap(item => tagged(number, type, item))
    if (label === 'map') return encodeMap(number, given)
    return type.isZero(given) ? [] : tagged(number, type, given)
  }))
}

function encodeMap (number, map) {
  return Object.entries(map)
    .map(([key, value]) => [Buffer.from(key, 'utf8'), Buffer.from(value, 'utf8')])
    .sort(([a], [b]) => a.compare(b))
    .flatMap(([key, value]) => tagged(number, scalars.bytes, Buffer.concat([
      ...tagged(1, scalars.bytes, key), ...tagged(2, scalars.bytes, value)
    ])))
}

function tagged (number, type, value) {
  const tag = encodeVarint(number * 8 + type.wire)
  const bytes = type.encode(value)
  return type.wire === DELIMITED ? [tag, encodeVarint(bytes.length), bytes] : [tag, bytes]
}

function decode (fields, byNumber, bytes) {
  const empty = ({ type, label }) => label === 'repeated' ? [] : label === 'map' ? {} : type.zero()
  const result = Object.fromEntries(fields.map(field => [field.name, empty(field)]))
  const input = { bytes, offset: 0 }
  while (input.offset < bytes.length) {
    const tag = Number(readVarint(input) & 0xffff_ffffn)
    if (tag >>> 3 === 0) throw new Error(`field number 0 at offset ${input.offset}`)
    const raw = readValue(input, tag & 7)
    const field = byNumber.get(tag >>> 3)
    if (field === undefined || field.type.wire !== (tag & 7)) continue
    if (field.label === 'repeated') result[field.name].push(field.type.decode(raw))
    else if (field.label === 'map') putEntry(result[field.name], mapEntry.decode(raw))
    else {
      if (field.label === 'oneof') clearOneof(fields, result)
      result[field.name] = field.type.decode(raw)
    }
  }
  return result
}

function clearOneof (fields, result) {
  for (const { name, label } of fields) if (label === 'oneof') result[name] = undefined
}

function putEntry (map, { key, value }) {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
}

function readValue (input, wire) {
  if (wire === VARINT) return readVarint(input)
  if (wire === DELIMITED) return readBytes(input, Number(readVarint(input)))
  if (wire === FIXED64) return readBytes(input, 8)
  if (wire === FIXED32) return readBytes(input, 4)
  throw new Error(`wire type ${wire} at offset ${input.offset}`)
}

function readVarint (input) {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (input.offset === input.bytes.length) throw new Error('message ends within a varint')
    const byte = input.bytes[input.offset++]
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return BigInt.asUintN(64, value)
  }
  throw new Error(`varint longer than ten bytes at offset ${input.offset}`)
}

function readBytes (input, length) {
  if (length > input.bytes.length - input.offset) throw new Error(`field of ${length} bytes overruns its message`)
  return input.bytes.subarray(input.offset, input.offset += length)
}

function toNumber (value) {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
