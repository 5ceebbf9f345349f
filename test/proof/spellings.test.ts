import type { Certificate } from 'spillway'
import { describe, expect, it } from 'vitest'
import { seal } from '#models/book/index.js'
import type { PlainEvent } from '../books.js'
import { skipUnless } from '../notes.js'
import { type Certified, certified, objectives } from './certified.js'
import { type Case, hasPython, isProved, judge } from './python.js'

/**
 * Every number of event, allocation and certificate in other spellings, right ones and wrong ones, and every name in others: `check` and the Python
 * checker read the same files and refuse the same; a key that stands twice is refused wherever it stands. Where a spelling changes the number, both refuse.
 * A part of them here; all of them: EVERY=1 npx vitest run test/proof/spellings.test.ts
 */
const isWhole = process.env.EVERY === '1'
const STEP = isWhole ? 1 : 149
const asked = isWhole ? Object.keys(objectives) : ['min-max-leverage', 'evar', 'ellipsoid-loss']

const book = {
  format: 'spillway/event@1',
  markets: [
    { market: 'M', markPrice: '100', adlPrice: '99.5', lotSize: '0.5', contractSize: 1 },
    { market: '__proto__', markPrice: '20', factorLoading: '0.3' },
  ],
  accounts: [
    { account: 'constructor', equity: '310', positions: [{ market: 'M', quantity: '-10', entryPrice: '80' }] },
    {
      account: '7',
      equity: '700',
      openedAt: 1.5e12,
      positions: [
        { market: 'M', quantity: '-11', openedAt: '2025-10-10T21:16:04.831Z' },
        { market: '__proto__', quantity: 30 },
      ],
    },
    { account: '\u00e9', equity: '-1', maintenanceMargin: '2.5', positions: [{ market: 'M', quantity: '-2' }] },
  ],
  demand: [{ market: 'M', side: 'short', quantity: '9' }],
} as unknown as PlainEvent

/** Spellings of a text that holds a number, as JSON text: some say the same, some nothing at all. */
function* spellings(text: string): Generator<string> {
  const words = [
    ...['+', '0', '00', ' ', '\t', '\u00a0', '\ufeff', '--', "'"].map((before) => before + text),
    ...[
      '0',
      '.0',
      '.',
      ' ',
      '\n',
      '\u2028',
      '\u0000',
      'e0',
      'E+0',
      'e-0',
      'e00',
      'e00000',
      'e000000',
      'e',
      'e+',
      'e0.0',
      'd0',
      'f',
      'n',
    ].map((behind) => text + behind),
    ...['/1', '/01', '/+1', '/1.0', '/-1', ',0', '_0', '%', 'j', '+0', '\u0660'].map((behind) => text + behind),
    text.replace(/[0-9]/, (digit) => String.fromCharCode(0x660 + Number(digit))),
    text.replace(/[0-9]/, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    text.replace(/^0\./, '.'),
    text.replace(/^-/, '\u2212'),
    text.replace('.', ','),
    text + (text.includes('.') ? '' : '.') + '0'.repeat(380),
    '0'.repeat(420) + text,
    `${text}e401`,
    `${text}e-99999`,
    `${text}0e-1`,
    '',
    'NaN',
    'Infinity',
    'null',
    '0x1F',
  ]
  for (const word of new Set(words)) if (word !== text) yield JSON.stringify(word)
  if (/^-?(0|[1-9]\d{0,15})(\.\d+)?$/.test(text))
    yield* [text, `${text}e0`, `${text}${text.includes('.') ? '' : '.'}0`, `0${text}`, `+${text}`, `${text}.`]
  yield* ['true', 'null', '1e400', '-0', '[]', '{}', `[${JSON.stringify(text)}]`, 'NaN', 'Infinity', '{"toString": 1}']
}

/** Other spellings of a name: none is the name but the escaped one. */
function* names(text: string): Generator<string> {
  for (const word of [
    `${text} `,
    ` ${text}`,
    text.toUpperCase(),
    text.normalize('NFD'),
    `${text}\u0000`,
    `${text}\u200b`,
    '',
    `\ud800${text}`,
  ])
    if (word !== text) yield JSON.stringify(word)
  yield `"\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}${JSON.stringify(text.slice(1)).slice(1)}`
  yield* ['7', 'null', '[]', '{"toString": 1}']
}

/** Each key a second time, before it with nothing, or as it is; spelled as it is, or with an escape. */
function* withKeysTwice(text: string): Generator<readonly [what: string, changed: string]> {
  for (const { 0: found, 1: key, index } of text.matchAll(/"((?:[^"\\]|\\.)*)":/g)) {
    const [first] = key
    const escaped = first === '\\' ? key : `\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}`
    for (const again of [found, `"${escaped}":`])
      yield [`${again} twice`, `${text.slice(0, index)}${again}null,${text.slice(index)}`]
  }
}

/** A file with a mark in place of one text or number, for each of these. */
function marked(value: unknown, path: string): { readonly template: string; readonly text: string }[] {
  const found: { template: string; text: string }[] = []
  const whole: unknown = structuredClone(value)
  const walk = (node: unknown, set: (next: unknown) => void): void => {
    if (Array.isArray(node))
      for (const [i, own] of node.entries())
        walk(own, (next) => {
          node[i] = next
        })
    else if (typeof node === 'object' && node !== null) {
      const fields = node as Record<string, unknown>
      for (const key of Object.keys(fields)) {
        if (path === 'certificate' && ['digest', 'event', 'allocation', 'format'].includes(key)) continue
        walk(fields[key], (next) =>
          Object.defineProperty(fields, key, { value: next, enumerable: true, configurable: true, writable: true }),
        )
      }
    } else if (typeof node === 'string' || typeof node === 'number') {
      set(MARK)
      found.push({ template: JSON.stringify(whole), text: String(node) })
      set(node)
    }
  }
  walk(whole, () => undefined)
  return found
}
const MARK = '@@'

/** A certificate with its digest, of JSON text that may not be JSON at all. */
function sealed(text: string): string {
  try {
    const { digest: _, ...content } = JSON.parse(text) as Certificate
    const { digest } = seal(content)
    return text.replace(/"digest":"[^"]*"/, () => `"digest":"${digest}"`)
  } catch {
    return text
  }
}

describe('other spellings', () => {
  skipUnless(hasPython, 'there is no python3')
  it('of numbers and names are read alike in the files of every objective', async () => {
    const cases: { readonly what: string; readonly isRight?: true; readonly isWrong?: true; readonly files: Case }[] =
      []
    let count = 0
    for (const name of asked) {
      const made = (await certified({ book, lots: false, pinned: {} }, objectives[name](book, 9))) as Certified
      const files = ['event', 'allocation', 'certificate'] as const
      const texts = Object.fromEntries(files.map((file) => [file, JSON.stringify(made[file])])) as unknown as Case
      cases.push({ what: name, isRight: true, files: texts })
      for (const file of files) {
        for (const [what, changed] of withKeysTwice(JSON.stringify(made[file]))) {
          if (count++ % STEP !== 0) continue
          cases.push({ what: `${name}, ${file}: ${what}`, isWrong: true, files: { ...texts, [file]: sealed(changed) } })
        }
        for (const { template, text } of marked(made[file], file)) {
          for (const word of /^[-.\d]/.test(text) ? spellings(text) : names(text)) {
            if (count++ % STEP !== 0) continue
            const changed = template.replace(`"${MARK}"`, () => word)
            const what = `${name}, ${file}: ${text.slice(0, 40)} as ${word.slice(0, 60)}`
            cases.push({ what, files: { ...texts, [file]: file === 'certificate' ? sealed(changed) : changed } })
          }
        }
      }
    }
    expect(cases.length).toBeGreaterThan(50)
    const theirs = judge(cases.map(({ files }) => files))
    const wrong = cases.flatMap(({ what, isRight, isWrong, files }, i) => {
      const own = isProved(files)
      const { proved, reason } = theirs[i]
      return own === proved && (own ? !isWrong : !isRight) ? [] : [`${what}: check ${own}, Python ${reason ?? proved}`]
    })
    expect(wrong).toEqual([])
  }, 1_200_000)
})
