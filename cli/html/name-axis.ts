/**
 * The upright axis of a chart with a row for each name: values say at which place they stand (`at`), so that equal
 * names stay apart.
 */
export const nameAxis = (names: readonly string[], hasGrid: boolean) => ({
  field: 'at',
  type: 'ordinal',
  title: null,
  axis: {
    labelExpr: `${JSON.stringify(names)}[datum.value]`,
    labelLimit: 0,
    ticks: false,
    domain: false,
    grid: hasGrid,
  },
})
