/** Imports a module by Node itself: this file stands outside of what the runner of tests transforms (`vitest.config.ts`). */
export const byNode = (url) => import(url)
