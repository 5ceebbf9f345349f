/**
 * A page that solves an event of auto-deleveraging, verifies what somebody else did, proves the verdict and checks the proof; then it
 * solves programs of its own with each solver. Nothing leaves the browser. `test/browser` bundles it with esbuild and with Vite.
 */
import {
  checkCertificate,
  expectedLoss,
  minMaxLeverage,
  parseAllocation,
  parseEvent,
  parseMoves,
  solve,
  verifyWithProof,
} from 'spillway'
import { cvar, maximum, Program, solveProgram, sumSquares } from 'spillway/modeling'
import book from './book.js'

const table = document.getElementById('results')

function show(what, found) {
  const row = table.insertRow()
  row.insertCell().textContent = what
  row.insertCell().textContent = found
}

async function run() {
  const event = parseEvent(book)
  const solution = await solve(event, minMaxLeverage())
  show('least possible largest leverage', `${solution.status} ${solution.objective.value}`)

  const queue = [
    { account: '3', market: 'BTC', quantity: 3 },
    { account: '4', market: 'BTC', quantity: 7 },
  ]
  const allocation = parseAllocation({ format: 'spillway/allocation@1', reductions: queue }, event)
  const { verdict, certificate } = await verifyWithProof(event, allocation, minMaxLeverage())
  const { proved, verdict: shown } = checkCertificate(event, allocation, certificate())
  show('what a queue did', `${verdict.verdict}; its certificate ${proved ? `proves it ${shown}` : 'does not hold'}`)

  const moves = parseMoves({
    format: 'spillway/moves@1',
    markets: ['BTC', 'ETH'],
    moves: [
      [0.3, 0.35],
      [0.5, 0.6],
      [-0.2, -0.3],
    ],
  })
  const losses = await solve(event, expectedLoss({ moves }))
  show('expected loss', `${losses.status} ${losses.objective.value} (${losses.solver.name})`)

  for (const solver of ['highs', 'clarabel', 'jslp', 'yalps']) {
    const { program, x } = smallProgram()
    program.minimize(maximum(x.times([1, 2, 4])))
    const solved = await solveProgram(program, { solver })
    show(`linear program, ${solver} ${solved.solver.version}`, `${solved.status} ${solved.objective.toFixed(9)}`)
  }
  const quadratic = smallProgram()
  quadratic.program.minimize(sumSquares(quadratic.x, [1, 2, 4]))
  show('quadratic program', await outcomeOf(quadratic.program))
  const tail = smallProgram()
  tail.program.minimize(cvar(tail.x, 0.5))
  show('CVaR program', await outcomeOf(tail.program))
  const whole = new Program()
  const taken = whole.variables('taken', 3, { lower: 0, upper: 5, integer: true })
  whole.subjectTo('room', taken.dot([3, 5, 7]).atMost(17))
  whole.maximize(taken.dot([2, 3.5, 5]))
  show('integer program', await outcomeOf(whole))
}

function smallProgram() {
  const program = new Program()
  const x = program.variables('x', ['a', 'b', 'c'], { lower: 0 })
  program.subjectTo('budget', x.sum().equals(1))
  return { program, x }
}

async function outcomeOf(program) {
  const { status, objective, solver } = await solveProgram(program)
  return `${status} ${objective.toFixed(9)} (${solver.name})`
}

const started = performance.now()
const end = document.getElementById('end')
run().then(
  () => {
    end.textContent = `Done in ${Math.round(performance.now() - started)} ms.`
  },
  (error) => {
    end.textContent = `Failed: ${error.message}`
  },
)
