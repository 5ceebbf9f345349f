import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name))
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...below]

/** The relative links of a Markdown page, as paths from the project's root, without their anchors. */
const linkedFrom = (page: string): string[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1].split('#')[0])
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(page), target))

describe('the pages of the documentation', () => {
  it.each(pages)('%s links to files that exist', (page) => {
    expect(linkedFrom(page).filter((target) => !existsSync(join(root, target)))).toEqual([])
  })

  it('the index leads to every page', () => {
    const linked = new Set(linkedFrom('docs/README.md'))
    expect(below.filter((page) => page !== 'docs/README.md' && !linked.has(page))).toEqual([])
  })

  it('the README leads to the index', () => {
    expect(linkedFrom('README.md')).toContain('docs/README.md')
  })
})
