interface Device {
  readonly navigator?: { readonly deviceMemory?: number; readonly hardwareConcurrency?: number }
}

const { navigator } = globalThis as Device

/** A browser says how much memory its device has, at most 8 GiB of it, and not what is free: half. */
export const freemem = (): number => (navigator?.deviceMemory ?? 4) * 2 ** 29
export const availableParallelism = (): number => navigator?.hardwareConcurrency ?? 1
