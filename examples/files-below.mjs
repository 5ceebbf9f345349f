import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Every file in a folder and those inside it. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
