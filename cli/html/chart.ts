import type { TopLevelSpec } from 'vega-lite'
import { Markup } from './markup.js'

/**
 * A Vega-Lite specification as an SVG that stands in a page: no script, no font and no picture from elsewhere. The
 * library is loaded only here, when the first chart is drawn. Ink is `currentColor`, so a chart follows the page into the
 * dark and onto paper; what tells series apart must be dashes, markers and labels. `id`: unique in the page.
 */
export async function drawChart(id: string, spec: TopLevelSpec): Promise<Markup> {
  const [{ compile }, { loader, Error: ERRORS_ONLY, parse, View }] = await Promise.all([
    import('vega-lite'),
    import('vega'),
  ])
  const compiled = compile(
    { ...spec, config: { ...CONFIG, ...spec.config, legend: { ...CONFIG.legend, ...spec.config?.legend } } },
    { logger: silent() },
  )
  const view = new View(parse(compiled.spec), { renderer: 'none', logLevel: ERRORS_ONLY, loader: closed(loader()) })
  try {
    return new Markup(withIds(await view.toSVG(), id))
  } finally {
    view.finalize()
  }
}

const INK = 'currentColor'

const CONFIG: NonNullable<TopLevelSpec['config']> = {
  background: 'transparent',
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  aria: false,
  padding: 4,
  view: { stroke: INK, strokeOpacity: 0.25 },
  axis: {
    labelColor: INK,
    titleColor: INK,
    tickColor: INK,
    domainColor: INK,
    gridColor: INK,
    gridOpacity: 0.12,
    domainOpacity: 0.4,
    tickOpacity: 0.4,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
  },
  title: { color: INK, fontSize: 12, fontWeight: 600, anchor: 'start' },
  legend: {
    labelColor: INK,
    titleColor: INK,
    labelFontSize: 12,
    symbolStrokeColor: INK,
    orient: 'top',
    direction: 'horizontal',
    labelLimit: 0,
    symbolSize: 900,
    symbolStrokeWidth: 2,
    title: null,
  },
  line: { color: INK },
  point: { color: INK, size: 25, filled: true },
  text: { color: INK, fontSize: 11 },
  rule: { color: INK },
}

/** A chart draws the numbers that it is given; nothing it says may make it read a file or the network. */
function closed<T extends { load: (uri: string) => Promise<string> }>(library: T): T {
  library.load = async (uri) => {
    throw new TypeError(`a chart asked for ${uri}`)
  }
  return library
}

/** Vega numbers clip paths over the life of the process; in a page they bear the name of the chart and their place in it. */
function withIds(svg: string, id: string): string {
  const known = new Map<string, string>()
  return svg.replace(/(?<=\bid="|url\(#)[A-Za-z_]+\d+/g, (given) => {
    if (!known.has(given)) known.set(given, `${id}-${known.size}`)
    return known.get(given)!
  })
}

function silent() {
  const logger = {
    level: () => logger,
    error: () => logger,
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  }
  return logger as never
}
