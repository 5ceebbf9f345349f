import { spawnSync } from 'node:child_process'

const asked = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' })

/** The interpreter behind `python3`, which may be a script that looks for it every time; undefined where there is none. */
export const python = asked.status === 0 ? asked.stdout.trim() : undefined

export const hasPython = python !== undefined
