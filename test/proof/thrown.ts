/** What is thrown, as its code and path; undefined where nothing is. */
export function thrown(act: () => unknown): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    const { code, path } = error as { readonly code: string; readonly path: string }
    return `${code} ${path}`
  }
}
