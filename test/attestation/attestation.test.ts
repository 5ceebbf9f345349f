import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { spillwayHere } from '../cli/support.js'

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
