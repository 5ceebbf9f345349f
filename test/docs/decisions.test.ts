import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Decisions are paragraphs, each with a lead of its own: a merge that keeps both sides of a page may leave one twice. */
const page = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/decisions.md'), 'utf8')

const leadsOf = (text: string): string[] => [...text.matchAll(/^\*\*([\s\S]+?)\*\*/gm)].map(([, lead]) => lead!)
const twiceIn = (list: readonly string[]): string[] => list.filter((entry, i) => list.indexOf(entry) !== i)
/** Decisions whose first line goes on from the paragraph before. */
const gluedIn = (text: string): string[] => [...text.matchAll(/[^\n]\n(\*\*[^\n]{1,40})/g)].map(([, start]) => start!)

describe('the page of decisions', () => {
  it('has each of them once, in a paragraph of its own', () => {
    expect(leadsOf(page).length).toBeGreaterThan(150)
    expect(twiceIn(leadsOf(page))).toEqual([])
    expect(gluedIn(page)).toEqual([])
  })

  it('has no line and no part twice', () => {
    const lines = page.split('\n').filter((line) => line.length > 40)
    expect(twiceIn(lines)).toEqual([])
    expect(twiceIn([...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title!))).toEqual([])
  })

  it('and the check can fail', () => {
    expect(twiceIn(leadsOf('**One.** a\n\n**Two.** b\n\n**One.** c'))).toEqual(['One.'])
    expect(gluedIn('**One.** a\n**Two.** b')).toEqual(['**Two.** b'])
  })
})
