/** A solver that takes three seconds to load ahead, and none to answer. */
export const solver = {
  load: () => new Promise((done) => setTimeout(done, 3000)),
  answer: async (form) => ({ claim: 'optimal', status: 'at once', x: form.lower.slice() }),
}
