import { hasEntries } from '../canonical/by-rows.js'
import type { ConicForm } from '../canonical/conic-form.js'
import type { StandardForm } from '../canonical/standard-form.js'

/** Which solvers are asked, in order, where none is named: those of the first line that fits. The others come after them. */
export interface Preference {
  /** In words, for documentation. */
  readonly forms: string
  readonly fits: (form: StandardForm) => boolean
  readonly solvers: readonly string[]
}

/**
 * The time of HiGHS's active-set method grows with the cube of the columns, that of interior point hardly faster than they do: a
 * diagonal QP of 100, 1,000 and 3,000 columns takes HiGHS 0.1, 1.6 and 30 s, one of 3,000 and 100,000 takes Clarabel 0.3 and 4 s.
 * Up to here both are quick, and HiGHS needs no further package.
 */
const LARGE_QUADRATIC = 400

export const preferences: readonly Preference[] = [
  {
    forms: 'with integer variables',
    fits: (form) => form.integer.some((flag) => flag !== 0),
    solvers: ['highs', 'jslp', 'yalps', 'glpk'],
  },
  {
    forms: `quadratic, more than ${LARGE_QUADRATIC} columns`,
    fits: (form) => hasEntries(form.quadratic) && form.linear.length > LARGE_QUADRATIC,
    solvers: ['clarabel', 'highs', 'scs'],
  },
  { forms: 'quadratic', fits: (form) => hasEntries(form.quadratic), solvers: ['highs', 'clarabel', 'scs'] },
  { forms: 'linear', fits: () => true, solvers: ['highs', 'clarabel', 'jslp', 'yalps', 'glpk', 'scs'] },
]

/**
 * Who is asked for the cones of a form, before tangents stand in for them: nobody where no line fits or none of its
 * solvers is installed. Proof included, Clarabel takes 1.3 seconds of processor time for a norm of 3,000 numbers, where
 * tangents leave a gap of 0.6 after 50; 0.3 and 7 for a logSumExp of 1,000 terms; and is not the slower one on small
 * programs.
 */
export const conicPreferences: readonly (Omit<Preference, 'fits'> & { readonly fits: (form: ConicForm) => boolean })[] =
  [
    {
      forms: 'with cones, without integer variables',
      fits: ({ relaxation }) => relaxation.integer.every((flag) => flag === 0),
      solvers: ['clarabel'],
    },
  ]
