import { type AdlEvent, parseEvent } from '../models/index.js'

/**
 * The four accounts of the example in Campbell, Hey, Moallemi and Nutz, *Risk-Based Auto-Deleveraging*
 * (arXiv 2603.15963, section 4): all are short BTC and hedge, more or less, with ETH. Their equities at the mark are
 * 242,100, 143,000, 180,704.8 and 116,901. The exchange must close 10 BTC of shorts.
 */
export function paperExample(bitcoinToClose = '10'): AdlEvent {
  const account = (name: string, equity: string, bitcoin: [string, number], ether: [string, number]) => ({
    account: name,
    equity,
    positions: [
      { market: 'BTC', quantity: bitcoin[0], entryPrice: bitcoin[1] },
      { market: 'ETH', quantity: ether[0], entryPrice: ether[1] },
    ],
  })
  return parseEvent({
    format: 'spillway/event@1',
    markets: [
      { market: 'BTC', markPrice: 67000 },
      { market: 'ETH', markPrice: 1900 },
    ],
    accounts: [
      account('1', '242100', ['-8', 72000], ['-323', 2100]),
      account('2', '143000', ['-10', 73544], ['38.7', 2100]),
      account('3', '180704.8', ['-8', 80000], ['-326.2', 1904]),
      account('4', '116901', ['-7', 80143], ['190', 2000]),
    ],
    demand: [{ market: 'BTC', side: 'short', quantity: bitcoinToClose }],
  })
}
