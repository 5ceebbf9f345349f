/** A solver that never comes back. */
export const solver = {
  answer: () => {
    for (;;);
  },
}
