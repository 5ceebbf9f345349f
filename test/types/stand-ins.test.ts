import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, expectTypeOf, it } from 'vitest'

/** A file of `web/` that stands for another exports what that one does, under the same types. */
const root = join(import.meta.dirname, '../..')

const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

/** What a file exports by value. */
const exportsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)]
    .map((match) => match[1]!)
    .sort()

const standIns = ['web/src', 'web/models'].flatMap(filesOf)

it.each(standIns)('%s has the names of what it stands for', (file) => {
  const names = exportsOf(file)
  expect(names.length).toBeGreaterThan(0)
  expect(names).toEqual(exportsOf(relative('web', file)))
})

it('and their types', () => {
  expectTypeOf<typeof import('#web/src/solvers/runner.js')>().toEqualTypeOf<typeof import('#src/solvers/runner.js')>()
  expectTypeOf<typeof import('#web/src/solvers/registry.js')>().toEqualTypeOf<
    typeof import('#src/solvers/registry.js')
  >()
  expectTypeOf<typeof import('#web/src/solvers/command.js')>().toEqualTypeOf<typeof import('#src/solvers/command.js')>()
  expectTypeOf<typeof import('#web/src/solvers/highs-module.js')>().toEqualTypeOf<
    typeof import('#src/solvers/highs-module.js')
  >()
  expectTypeOf<typeof import('#web/src/solvers/clarabel-module.js')>().toEqualTypeOf<
    typeof import('#src/solvers/clarabel-module.js')
  >()
  expectTypeOf<typeof import('#web/src/solvers/package-version.js')>().toEqualTypeOf<
    typeof import('#src/solvers/package-version.js')
  >()
  expectTypeOf<typeof import('#web/src/solvers/blocks/run-blocks.js')>().toEqualTypeOf<
    typeof import('#src/solvers/blocks/run-blocks.js')
  >()
})
