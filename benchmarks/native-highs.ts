import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BlockProgram } from '../src/canonical/block-program.js'

export interface NativeAnswer {
  readonly version: string
  /** Absent where the time was over first. */
  readonly optimum?: number
  readonly seconds: number
}

/** Reads arrays of doubles and integers from files, solves the linear program, and prints a line of JSON. */
const SCRIPT = `
import json, sys, time
import numpy as np, scipy
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
folder, method, columns, rows, totals, limit = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])
read = lambda name, kind: np.fromfile(folder + '/' + name, dtype=kind)
matrix = csr_matrix((read('value', 'f8'), read('column', 'i4'), read('start', 'i4')), shape=(rows, columns))
coupling = csr_matrix((read('one', 'f8'), read('place', 'i4'), read('first', 'i4')), shape=(totals, columns))
start = time.time()
found = linprog(read('cost', 'f8'), A_ub=matrix, b_ub=read('most', 'f8'), A_eq=coupling, b_eq=read('total', 'f8'),
                bounds=np.stack([np.zeros(columns), read('upper', 'f8')], axis=1), method=method,
                options={'time_limit': limit})
seconds = time.time() - start
if found.status == 0:
    print(json.dumps({'version': scipy.__version__, 'optimum': found.fun, 'seconds': seconds}))
elif seconds >= limit:
    print(json.dumps({'version': scipy.__version__, 'seconds': seconds}))
else:
    sys.exit(found.message)
`

/** Reading and writing are not counted in a limit of time; nothing takes longer than this beyond it. */
const SPARE_SECONDS = 300

/** HiGHS as native code, by python3 and SciPy, on the linear program of a block program; undefined where they are not installed or fail. */
export function nativeHighs(
  program: BlockProgram,
  method: 'highs-ds' | 'highs-ipm',
  timeLimitSeconds: number,
): NativeAnswer | undefined {
  const { variableStarts, hingeStarts, row, upper, linear, weight, height, slope, total } = program
  const folder = mkdtempSync(join(tmpdir(), 'spillway-native-'))
  try {
    const variables = row.length
    const columns = variables + weight.length
    const write = (name: string, array: Float64Array | Int32Array): void => writeFileSync(join(folder, name), array)
    // height + slope·x − u ≤ 0 for every hinge.
    const start = new Int32Array(weight.length + 1)
    const column = new Int32Array(slope.length + weight.length)
    const value = new Float64Array(column.length)
    let next = 0
    let at = 0
    for (let i = 0; i + 1 < variableStarts.length; i++) {
      for (let j = hingeStarts[i]; j < hingeStarts[i + 1]; j++) {
        for (let v = variableStarts[i]; v < variableStarts[i + 1]; v++) {
          column[next] = v
          value[next++] = slope[at++]
        }
        column[next] = variables + j
        value[next++] = -1
        start[j + 1] = next
      }
    }
    const own = Array.from(total, () => [] as number[])
    row.forEach((k, v) => {
      if (k >= 0) own[k].push(v)
    })
    const cost = new Float64Array(columns)
    cost.set(linear)
    cost.set(weight, variables)
    const most = new Float64Array(columns).fill(Infinity)
    most.set(upper)
    const place = Int32Array.from(own.flat())
    let sum = 0
    write('start', start)
    write('column', column)
    write('value', value)
    write(
      'most',
      height.map((own) => -own),
    )
    write('place', place)
    write('one', new Float64Array(place.length).fill(1))
    write('first', Int32Array.from([0, ...own.map((list) => (sum += list.length))]))
    write('total', total)
    write('cost', cost)
    write('upper', most)
    const sizes = [columns, weight.length, total.length, timeLimitSeconds].map(String)
    const { status, stdout } = spawnSync('python3', ['-c', SCRIPT, folder, method, ...sizes], {
      encoding: 'utf8',
      timeout: Math.ceil(1000 * (timeLimitSeconds + SPARE_SECONDS)),
    })
    if (status !== 0) return undefined
    const answer = JSON.parse(stdout) as NativeAnswer
    return answer.optimum === undefined ? answer : { ...answer, optimum: answer.optimum + (program.constant ?? 0) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
