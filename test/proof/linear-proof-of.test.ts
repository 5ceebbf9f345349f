import { linearProofOf, parseAllocation, parseCertificate, parseEvent } from 'spillway'
import { describe, expect, it } from 'vitest'
import type { LinearProof } from '#src/certificates/index.js'
import { toText } from '#src/numeric/index.js'
import { fracOfRatio } from '../certificates/decimals.js'
import { type Fraction, frac, minus, order, over, plus, sign, times, ZERO } from '../fraction.js'
import { fault, value } from './derivation-fault.js'
import { recorded } from './recorded.js'

describe.each(recorded.map((book, b) => [b, book] as const))(
  'derivations of recorded certificates of book %i',
  (_, book) => {
    it.each(book.cases.map((own) => [own.name, own] as const))(
      'prove their bound, about the book: %s',
      (_name, own) => {
        const event = parseEvent(book.event as never)
        const allocation = parseAllocation(own.allocation as never)
        const certificate = parseCertificate(own.certificate as never)
        let proof: LinearProof
        try {
          proof = linearProofOf(event, certificate, [], allocation)
        } catch (error) {
          expect(error).toHaveProperty('code', 'not-expressible')
          // Infinite bounds, logarithms and ellipsoids have none, nor has what counts whole lots of squares.
          const isCurved =
            /evar|ellipsoid|normal/.test(own.name) || (certificate.lots && own.name === 'squared-leverage')
          expect(certificate.bound === null || isCurved).toBe(true)
          return
        }
        expect(fault(proof)).toBeUndefined()
        // What is stated, but for lots, for ratios off the mark, and for squares cut at zero.
        const stated = fracOfRatio(proof.bound)
        const isOff = own.name === 'min-max-leverage' && sign(stated) === 0
        const [above, below = '1'] = (certificate.bound as string).split('/')
        const bound = over(frac(above), frac(below))
        expect(order(stated, bound)).toBeLessThanOrEqual(0)
        if (!certificate.lots && !isOff && sign(bound) > 0) {
          expect(order(times(minus(bound, stated), frac('1e9')), bound)).toBeLessThanOrEqual(0)
        }
        // The rows and bounds of contracts alone are those of the event: an allocation that is feasible to the digit keeps them.
        const columns = [...proof.columns]
        const closed = new Map<string, Fraction>()
        for (let entry = 0; entry < allocation.count; entry++) {
          const i = event.accounts.names.indexOf(allocation.accounts[entry])
          const k = event.markets.findIndex(({ market }) => market === allocation.markets[entry])
          closed.set(`x${i}_${k}`, frac(toText(allocation.quantity.exact(entry))))
        }
        const slack = frac('1e-3')
        const size = (x: Fraction): Fraction => (sign(x) < 0 ? minus(ZERO, x) : x)
        for (const { name, terms, sense, side } of proof.rows) {
          if (!name.startsWith('demand_')) continue
          const sum = terms.reduce(
            (total, [j, a]) => plus(total, times(value(a), closed.get(columns[j].name) ?? ZERO)),
            ZERO,
          )
          expect(sense).toBe('E')
          expect(order(size(minus(sum, value(side))), times(slack, size(value(side)))), name).toBeLessThanOrEqual(0)
        }
        for (const { name, lower, upper } of columns) {
          const x = closed.get(name)
          if (x === undefined || lower === undefined || upper === undefined) continue
          expect(order(x, value(lower)), name).toBeGreaterThanOrEqual(0)
          expect(order(x, times(value(upper), plus(frac('1'), slack))), name).toBeLessThanOrEqual(0)
        }
      },
    )
  },
)
