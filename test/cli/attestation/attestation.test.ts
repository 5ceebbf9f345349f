import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { spillwayHere } from '../support.js'

/** A statement about a verdict, read as DSSE and in-toto write it down and not by our code. */
const folder = mkdtempSync(join(tmpdir(), 'attestation-'))
const at = (name: string): string => join(folder, name)
const BOOK = 'examples/books/paper.json'

async function attest(name: string, ...more: string[]) {
  const run = await spillwayHere(['verify', BOOK, at('closed.csv'), '--attest', at(name), '--json', ...more])
  const envelope = JSON.parse(readFileSync(at(name), 'utf8'))
  return { run, envelope, statement: JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) }
}

describe('verify --attest', async () => {
  await spillwayHere(['solve', BOOK, '--out', at('closed.csv'), '--quiet'])
  const pair = generateKeyPairSync('ed25519')
  writeFileSync(at('key.pem'), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))

  it('names what it is about by the digests that a certificate has, and holds what verify prints', async () => {
    const { run, envelope, statement } = await attest('plain.json', '--certificate', at('proof.json'))
    const proof = JSON.parse(readFileSync(at('proof.json'), 'utf8'))
    expect(run.status).toBe(0)
    expect(envelope.signatures).toEqual([])
    expect(envelope.payloadType).toBe('application/vnd.in-toto+json')
    expect(statement._type).toBe('https://in-toto.io/Statement/v1')
    expect(statement.subject.map(({ digest }: { digest: { sha256: string } }) => `sha256:${digest.sha256}`)).toEqual([
      proof.event,
      proof.allocation,
    ])
    const { seconds: _, ...printed } = JSON.parse(run.stdout)
    expect(statement.predicate.result).toEqual(printed)
    expect(statement.predicate.policy.objective).toBe('min-max-leverage')
  })

  it('is signed over the encoding of DSSE, gives equal bytes, and a changed payload does not fit', async () => {
    const { envelope } = await attest('signed.json', '--key', at('key.pem'))
    const again = await attest('again.json', '--key', at('key.pem'))
    expect(again.envelope).toEqual(envelope)
    const payload = Buffer.from(envelope.payload, 'base64')
    const signed = (body: Buffer): Buffer =>
      Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${body.length} ${body.toString('utf8')}`)
    const [{ keyid, sig }] = envelope.signatures
    const isGood = (body: Buffer): boolean => verify(null, signed(body), pair.publicKey, Buffer.from(sig, 'base64'))
    expect(isGood(payload)).toBe(true)
    expect(isGood(Buffer.from(payload.toString().replace('"feasible":true', '"feasible":false')))).toBe(false)
    const spki = createPublicKey(pair.privateKey).export({ type: 'spki', format: 'der' })
    expect(keyid).toBe(createHash('sha256').update(spki).digest('hex'))
  })

  it('is refused when any one thing that it vouches for was changed, or another key signed it', async () => {
    const { envelope, statement } = await attest('signed.json', '--key', at('key.pem'))
    const other = generateKeyPairSync('ed25519')
    const payload = Buffer.from(envelope.payload, 'base64')
    const encoded = (type: string, body: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body])
    const type: string = envelope.payloadType
    const signature = Buffer.from(envelope.signatures[0].sig, 'base64')
    const [first, second] = statement.subject
    const { predicate } = statement
    const changes: Record<string, unknown> = {
      'the subjects exchanged': {
        ...statement,
        subject: [
          { ...first, digest: second.digest },
          { ...second, digest: first.digest },
        ],
      },
      'a subject less': { ...statement, subject: [first] },
      'another predicate': { ...statement, predicateType: 'urn:spillway:verdict:v2' },
      'another verdict': {
        ...statement,
        predicate: { ...predicate, result: { ...predicate.result, verdict: 'suboptimal' } },
      },
      'another tolerance': { ...statement, predicate: { ...predicate, policy: { ...predicate.policy, tolerance: 1 } } },
      'another version': {
        ...statement,
        predicate: { ...predicate, verifier: { ...predicate.verifier, version: '9' } },
      },
      'a key more': { ...statement, note: 1 },
    }
    const isGood = (message: Buffer, sig = signature, key = pair.publicKey): boolean => verify(null, message, key, sig)
    expect(isGood(encoded(type, payload))).toBe(true)
    for (const [what, changed] of Object.entries(changes))
      expect([what, isGood(encoded(type, Buffer.from(JSON.stringify(changed))))]).toEqual([what, false])
    expect(isGood(encoded(type, Buffer.from(JSON.stringify(statement, null, 1))))).toBe(false)
    expect(isGood(encoded('application/vnd.in-toto+xml', payload))).toBe(false)
    expect(isGood(payload)).toBe(false)
    expect(isGood(encoded(type, payload), sign(null, encoded(type, payload), other.privateKey))).toBe(false)
    expect(isGood(encoded(type, payload), signature, other.publicKey)).toBe(false)
  })

  it('holds the digest of its policy, by the rule that docs/certificate.md has for certificates', async () => {
    const { statement } = await attest('plain.json')
    const { digest, ...policy } = statement.predicate.policy
    const lines = (value: unknown): string[] => {
      if (Array.isArray(value)) return [`[${value.length}`, ...value.flatMap(lines)]
      if (typeof value !== 'object' || value === null) return [JSON.stringify(value)]
      const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
      return [`{${entries.length}`, ...entries.flatMap(([key, own]) => [JSON.stringify(key), ...lines(own)])]
    }
    const text = lines(policy)
      .map((line) => `${line}\n`)
      .join('')
    expect(digest.sha256).toBe(createHash('sha256').update(text).digest('hex'))
  })

  it('other terms have another policy digest', async () => {
    const one = await attest('one.json')
    const other = await attest('other.json', '--tolerance', '1e-5')
    const digestOf = ({ statement }: typeof one): string => statement.predicate.policy.digest.sha256
    expect(digestOf(one)).not.toBe(digestOf(other))
  })

  it('refuses a key that signs nothing, and one that is none', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
    writeFileSync(at('rsa.pem'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    for (const [code, ...flags] of [
      ['missing-flag', '--key', at('key.pem')],
      ['bad-key', '--attest', at('no.json'), '--key', at('rsa.pem')],
      ['bad-key', '--attest', at('no.json'), '--key', BOOK],
      ['file-missing', '--attest', at('no.json'), '--key', at('none.pem')],
    ]) {
      const run = await spillwayHere(['verify', BOOK, at('closed.csv'), '--json', ...flags])
      expect([run.status, JSON.parse(run.stdout).error.code]).toEqual([2, code])
    }
  })
})
