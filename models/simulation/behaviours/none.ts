import type { BehaviourKind } from './behaviour.js'

export const none: BehaviourKind = {
  name: 'none',
  summary: 'nobody does anything',
  make: () => undefined,
}
