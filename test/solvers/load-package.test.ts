import { describe, expect, it } from 'vitest'
import { solveForm } from '#src/index.js'
import { LoadFailure, loadPackage, unloaded } from '#src/solvers/load-package.js'
import { packageVersion } from '#src/solvers/package-version.js'
import { solver as yalps } from '#src/solvers/yalps.js'
import { form } from './cases/case.js'
import { fake } from './fakes/fake.js'

const failing = (entry: string) =>
  loadPackage(entry, () => Promise.reject(new TypeError('bad magic number'))).catch((error: unknown) => error)

describe('the package of a solver', () => {
  it.each(['highs', 'glpk.js/node', 'javascript-lp-solver', 'yalps'])('%s has a version', (entry) => {
    expect(packageVersion(entry)).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('is installed, and has a version, when its entry is lost', () => {
    expect(packageVersion('yalps/no-such-entry.js')).toBe(packageVersion('yalps'))
  })

  it('that is not there is missing', async () => {
    expect(packageVersion('no-such-package')).toBeUndefined()
    const failure = await failing('no-such-package')
    expect(failure).toBeInstanceOf(LoadFailure)
    expect(unloaded(yalps, failure as LoadFailure)).toMatchObject({ code: 'solver-missing', fault: 'input' })
  })

  it('that is there and does not load says why', async () => {
    const failure = await failing('yalps')
    expect(unloaded(yalps, failure as LoadFailure)).toMatchObject({
      code: 'solver-broken',
      fault: 'engine',
      message: expect.stringMatching(
        /yalps \d+\.\d+\.\d+, is installed but does not load \(TypeError: bad magic number\)/,
      ),
    })
  })

  it('says so from another thread, too', async () => {
    const asked = solveForm(form({ cost: [1], rows: [[1, [1], 2]] }), { solver: fake('unloadable') })
    await expect(asked).rejects.toMatchObject({
      code: 'solver-broken',
      message: expect.stringContaining('bad magic number'),
    })
  })
})
