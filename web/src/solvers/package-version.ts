import versions from 'built:versions'

/** The version of a package that came along; undefined for the others, which nobody looks for at run time. */
export function packageVersion(entry: string): string | undefined {
  return versions[entry]
}
