/** A solver that takes longer to load ahead than a test may last, and none to answer. */
export const solver = {
  load: () => new Promise((done) => setTimeout(done, 60_000)),
  answer: async (form) => ({ claim: 'optimal', status: 'at once', x: form.lower.slice() }),
}
