/** A solver that aborts as WebAssembly does, with a bundle for a stack. */
let runs = 0
export const solver = {
  answer: async () => {
    const error = new Error(`Aborted(). runs in this thread: ${++runs}`)
    error.name = 'RuntimeError'
    error.stack = 'x'.repeat(168_000)
    throw error
  },
}
