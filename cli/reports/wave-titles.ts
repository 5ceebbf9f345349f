/** The columns of the table of waves, on pages and in Markdown. */
export const waveTitles: readonly string[] = [
  'wave',
  'verdict',
  'left',
  'optimal',
  'accounts cut',
  'cut too much',
  'conceded',
  'conceded in all',
  'carried on',
  'drift',
]
