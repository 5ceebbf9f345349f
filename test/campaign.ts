/**
 * How many random instances a property is tried on: few in `npm test`, the full number in `npm run test:campaign`, which sets CAMPAIGN=1, and
 * any number where a file asks for one by a variable of its own. Every property and every kind of input is in all of them.
 */
export const instances = (few: number, full: number, asked?: string): number =>
  asked !== undefined ? Number(asked) : process.env.CAMPAIGN === '1' ? full : few
