/** JSON of an object in pieces: one field a line, one entry of a list a line. A long list never stands in one string. */
export function* jsonPieces(value: object): Generator<string> {
  let separator = '{\n'
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue
    yield `${separator}  ${JSON.stringify(key)}: `
    separator = ',\n'
    if (field instanceof LongText) yield* field.json()
    else if (Array.isArray(field) && field.length > 0) yield* listPieces(field)
    else yield JSON.stringify(field)
  }
  yield separator === ',\n' ? '\n}\n' : '{}\n'
}

function* listPieces(list: readonly unknown[]): Generator<string> {
  let separator = '[\n'
  for (const entry of list) {
    yield `${separator}    ${JSON.stringify(entry)}`
    separator = ',\n'
  }
  yield '\n  ]'
}

/** A field too long for one string, such as the text of a model. */
export class LongText {
  constructor(private readonly pieces: Iterable<string>) {}

  *json(): Generator<string> {
    yield '"'
    for (const piece of this.pieces) yield JSON.stringify(piece).slice(1, -1)
    yield '"'
  }
}
