/** The four accounts of the paper's example, see examples/books/paper.json. */
export default {
  format: 'spillway/event@1',
  markets: [
    { market: 'BTC', markPrice: 67000 },
    { market: 'ETH', markPrice: 1900 },
  ],
  accounts: [
    {
      account: '1',
      equity: 242100,
      positions: [
        { market: 'BTC', quantity: -8, entryPrice: 72000 },
        { market: 'ETH', quantity: -323, entryPrice: 2100 },
      ],
    },
    {
      account: '2',
      equity: 143000,
      positions: [
        { market: 'BTC', quantity: -10, entryPrice: 73544 },
        { market: 'ETH', quantity: 38.7, entryPrice: 2100 },
      ],
    },
    {
      account: '3',
      equity: 180704.8,
      positions: [
        { market: 'BTC', quantity: -8, entryPrice: 80000 },
        { market: 'ETH', quantity: -326.2, entryPrice: 1904 },
      ],
    },
    {
      account: '4',
      equity: 116901,
      positions: [
        { market: 'BTC', quantity: -7, entryPrice: 80143 },
        { market: 'ETH', quantity: 190, entryPrice: 2000 },
      ],
    },
  ],
  demand: [{ market: 'BTC', side: 'short', quantity: 10 }],
}
