/**
 * How many random instances a property is tried on: few in `npm test`, the full number in `npm run test:campaign`, which sets CAMPAIGN=1.
 * Every property and every kind of input is in both.
 */
export const instances = (few: number, full: number): number => (process.env.CAMPAIGN === '1' ? full : few)
