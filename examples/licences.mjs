import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** The licences of the packages whose text now stands in ours, as they ask for; each text once. */
export function licences(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.split(sep).join('/')) ?? [])
  const namesByText = new Map()
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8')
    namesByText.set(text, [...(namesByText.get(text) ?? []), `${name} ${version} (${license})`])
  }
  const parts = [...namesByText].map(([text, names]) => `${names.join('\n')}\n\n${text}`)
  return `Files in this folder contain parts of these packages.\n\n${parts.join('\n----\n\n')}`
}
