/** Whatever ends like a module, or has a separator, is the path of one. */
export function isModulePath(text: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(text)
}
