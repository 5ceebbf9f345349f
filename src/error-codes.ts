/**
 * Every error code with what it means; docs/statuses-and-errors.md adds the cures. The list is closed, and each layer
 * adds the codes that it alone speaks of by merging into this interface, so whoever imports a layer sees its codes and
 * those below it.
 */
export interface ErrorCodes {
  'missing-field': 'a field is required'
  'unknown-field': 'a field is not known here'
  'wrong-type': 'a value is of another type than the one that is read here'
  'number-range': 'numbers are too large or too small to be computed with'
  'no-weight': 'all weights are zero'
  confidence: 'a confidence is not from 0 up to, not including, 1'
  'unknown-solver': 'no solver has this name'
  'unknown-option': 'an option is not known here'
  'option-value': 'the value of an option is of another type or out of range'
  'duplicate-name': 'one name stands for two things'
  'solver-missing': 'the package of a solver is not installed'
  'no-file-system': 'a file is asked for where there are none, in a browser'
  'solver-broken': 'the package of a solver is there but does not load'
  'engine-failed': 'a solver broke while it ran'
  'not-expressible': 'the chosen solver or format cannot take the program'
  'too-large': 'the program exceeds what the solver can hold'
  cancelled: 'the caller aborted'
  'expression-shape': 'blocks that go row by row have different lengths'
  'expression-number': 'a multiple or a constant is not a finite number'
  'row-outside': 'a row is named that the block does not have'
  'bad-size': 'the size of a block is no length'
  'bad-count': 'a number of entries is no integer from 1 to the rows of the block'
  'negative-weight': 'a weight is below zero, which is not convex'
  'not-convex': 'an expression or a quadratic objective is not convex'
  'squares-outside-objective': 'a square stands in a constraint or in another atom'
  'mixed-programs': 'blocks of two programs meet in one expression'
  'objective-rows': 'an objective has more than one row'
  'objective-repeated': 'a program has an objective already'
  'empty-maximum': 'nothing has no largest entry'
  'form-shape': 'an array of a standard form has the wrong length'
  'form-number': 'a standard form has something that is not a finite number'
  'form-matrix': 'a matrix is not compressed by columns'
  'form-triangle': 'an entry stands above the diagonal'
  'triplet-outside': 'an entry stands outside its matrix'
  'outside-form': 'a row or column is named that the form does not have'
  'quadratic-too-large': 'a block of the quadratic is too large to be shown convex'
  'network-lengths': 'arrays over the same things differ in length'
  'network-pair': 'a pair of a network is not in order, or stands twice'
  'fill-column': 'an item has no finite weight above zero, or no finite start'
  'fill-total': 'more is to be removed than there is, or less than nothing'
  'no-derivation': 'the rows and their duals do not come to the bound that was stated'
  'solution-text': 'a solution file is none that is known, is cut short or is of another model'
  'model-text': 'a model file is malformed, or says what the standard form has no place for'
  'unknown-name': 'the program has no block or row of this name'
}

/** Stable, kebab-case, one per kind of mistake. */
export type ErrorCode = keyof ErrorCodes
