import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** What a built file loads before it does anything: the closure of its static imports. */
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist')

function loadedBy(entry: string): { readonly ours: readonly string[]; readonly packages: ReadonlySet<string> } {
  const ours = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (ours.has(file)) return
    ours.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, target] of text.matchAll(/^(?:import|export|\})[^'\n]*'([^'\n]+)';?$/gm)) {
      if (target!.startsWith('.')) visit(join(dirname(file), target!))
      else packages.add(target!)
    }
  }
  visit(join(dist, entry))
  return { ours: [...ours].map((file) => relative(dist, file).split(sep).join('/')), packages }
}

const makers = /^(src\/(solvers|solve|language|formats)\/|models\/(objectives|analysis|policies)\/)/
const pools = ['piscina', 'highs', 'glpk.js', 'javascript-lp-solver', 'yalps']

describe('what judges loads nobody who makes plans', () => {
  it.each(['models/proof/check-certificate.js', 'cli/commands/check.js', 'cli/main.js', 'cli/program.js'])(
    '%s',
    (entry) => {
      const { ours, packages } = loadedBy(entry)
      expect(ours.length).toBeGreaterThan(3)
      expect(ours.filter((file) => makers.test(file))).toEqual([])
      expect(pools.filter((name) => packages.has(name))).toEqual([])
    },
  )

  it('and the check can fail', () => {
    const { ours, packages } = loadedBy('cli/commands/solve.js')
    expect(ours.some((file) => makers.test(file))).toBe(true)
    expect(packages.has('piscina')).toBe(true)
  })
})
