import { readdirSync } from 'node:fs'

/** The textbook models, one after another: what was published, and what is proved here. `node dist/examples/textbook.js` */
const folder = new URL('./textbook/', import.meta.url)
for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
  const { published, solved } = await import(new URL(file, folder).href)
  console.log(`${file.replace('.js', '').padEnd(26)} published ${published}, ${solved.status} ${solved.objective}`)
}
