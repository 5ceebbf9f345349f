import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

/**
 * The page that checks a receipt: one file with its script inside, in which a SHA-256 in JavaScript stands for that of Node.
 *
 * @param dist the folder that the compiler has filled
 * @param template the page without the checker
 */
export async function receiptPage(dist, template) {
  const build = await rolldown({
    cwd: dist,
    input: join(dist, 'web/receipt-checker.js'),
    platform: 'browser',
    resolve: { alias: { 'node:crypto': join(dist, 'web/node/crypto.js') } },
    treeshake: { moduleSideEffects: false },
  })
  const { output } = await build.generate({ format: 'iife', name: 'receiptChecker', minify: true })
  await build.close()
  const page = readFileSync(template, 'utf8')
  const script = output[0].code.replaceAll('</script', '<\\/script')
  writeFileSync(
    join(dist, 'web/check-receipt.html'),
    page.replace(/\/\* the checker of .*? \*\//, () => script),
  )
}
