/**
 * The part of vitest that unit tests use (`describe`, `it`, `beforeAll`, `expect` …), for many runs of the same tests in one process:
 * a file of tests is loaded once, and its tests are called again for every change.
 */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect'

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

export const expect = (value, message) => {
  setState({ assertionCalls: getState(expect).assertionCalls + 1 }, expect)
  return chai.expect(value, message)
}
Object.assign(expect, chai.expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT])
expect.getState = () => getState(expect)
expect.setState = (state) => setState(state, expect)
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true })
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect)

/** Types are judged by the compiler. */
export const expectTypeOf = () => new Proxy(() => undefined, { get: () => expectTypeOf(), apply: () => expectTypeOf() })

/** A test that is skipped while it runs ends as one that fails, and takes no part. */
const skip = (why) => {
  throw new Error(`skipped: ${why}`)
}
export const TestRunner = { getCurrentTest: () => ({ name: 'this', context: { skip } }) }

/** Every test that was declared: its file, name, suites from the outermost inwards, and function. */
export const tests = []
let file = ''
let suite = suiteOf('', undefined)

function suiteOf(name, outer) {
  return { name, outer, beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] }
}

/** Declares the tests of one file. */
export async function collect(name, load) {
  file = name
  suite = suiteOf(name, undefined)
  await load()
}

const bodyOf = (a, b) => (typeof a === 'function' ? a : b)
const suitesOf = (inner) => (inner === undefined ? [] : [...suitesOf(inner.outer), inner])

function declareTest(name, a, b) {
  const suites = suitesOf(suite)
  const title = [...suites.map((each) => each.name), name].join(' › ')
  tests.push({ id: `${tests.length} ${title}`, name: title, file, suites, body: bodyOf(a, b) })
}

function declareSuite(name, a, b) {
  const outer = suite
  suite = suiteOf(name, outer)
  bodyOf(a, b)()
  suite = outer
}

function withVariants(declare) {
  const each = (cases) => (name, a, b) => {
    for (const [k, given] of [...cases].entries()) {
      const values = Array.isArray(given) ? given : [given]
      declare(`${name} (${k})`, () => bodyOf(a, b)(...values))
    }
  }
  const none = Object.assign(() => undefined, { each: () => () => undefined })
  return Object.assign((name, a, b) => declare(name, a, b), {
    each,
    skip: none,
    skipIf: (condition) => (condition ? none : declare),
    runIf: (condition) => (condition ? declare : none),
  })
}

export const it = withVariants(declareTest)
export const test = it
export const describe = withVariants(declareSuite)
export const beforeAll = (hook) => suite.beforeAll.push(hook)
export const beforeEach = (hook) => suite.beforeEach.push(hook)
export const afterEach = (hook) => suite.afterEach.push(hook)
export const afterAll = (hook) => suite.afterAll.push(hook)

/** Runs tests in their order; ends with the first that fails where `isEager`. `before` is called before each. */
export async function run(wanted, isEager, before = () => undefined) {
  const begun = new Set()
  const results = []
  for (const { id, name, file: fileName, suites, body } of wanted) {
    before(id)
    const start = performance.now()
    let failure
    try {
      for (const each of suites) {
        if (!begun.has(each)) for (const hook of each.beforeAll) await hook()
        begun.add(each)
        for (const hook of each.beforeEach) await hook()
      }
      await body()
    } catch (error) {
      failure = String(error?.message ?? error)
    }
    for (const each of suites.toReversed()) for (const hook of each.afterEach) await hook()
    results.push({ id, name, fileName, timeSpentMs: performance.now() - start, failure })
    if (failure !== undefined && isEager) break
  }
  for (const each of begun) for (const hook of each.afterAll) await hook()
  return results
}
