// A vault that lives off liquidations (Hyperliquid's HLP): it takes what is left of a position with all the margin that
// goes with it, before the account is bankrupt, and works it off in the market for its own profit or loss.

import { flag, money, number, ratio } from '../base/params.ts';
import { notional, valueOf } from '../market/instrument.ts';
import { layerKind } from './layer.ts';

export const liquidityVault = layerKind({
  kind: 'liquidity-vault',
  doc: 'A vault with money of its own takes positions and their margin over once equity is below a share of maintenance.',
  params: {
    cash: money('1000000', 'What the vault has at the start, from outside.'),
    backstop: ratio('2/3', 'It takes accounts whose equity is below this times maintenance margin.'),
    leverage: number(5, 'The most it holds, as a multiple of its own equity.', { min: 0 }),
    insolvent: flag(false, 'Whether it also takes positions that are worth less than nothing, at its own loss.'),
    pays: flag(false, 'Whether it pays what accounts owe that hold nothing any more, as far as it can.'),
  },
  create: ({ cash, backstop, leverage, insolvent, pays }, { pool }) => {
    const vault = pool('liquidity-vault', cash);
    return {
      memory: {},
      staged: pays,
      cover({ account, amount }, market, act) {
        if (!pays || account === vault) return 0;
        const paid = Math.min(amount, Math.max(0, Math.min(market.wallet(vault), market.equity(vault))));
        if (paid > 0) act.pay(vault, paid);
        return paid;
      },
      absorb({ account, instrument, lots, bankruptcy }, market, act) {
        if (account === vault || account === market.fundAccount) return 0;
        const equity = market.equity(account);
        if (equity >= backstop * market.maintenance(account)) return 0;
        const contract = market.instrument(instrument);
        const mark = market.markPrice(instrument);
        // With the position comes what is left of its margin: the bankruptcy price is what it pays.
        const gain = valueOf(contract, lots, mark) - valueOf(contract, lots, bankruptcy);
        if (gain < 0 && !insolvent) return 0;
        const own = market.equity(vault);
        const room = leverage * (own + Math.min(0, gain)) - market.notional(vault);
        const size = Math.abs(lots);
        const held = market.positionLots(vault, instrument);
        // What it holds the other way is closed by it, and needs no room.
        const covering = held * lots < 0 ? Math.min(size, Math.abs(held)) : 0;
        const unit = notional(contract, lots, mark) / size;
        const affordable = own <= 0 ? 0 : Math.min(size, covering + Math.max(0, Math.floor(room / unit)));
        if (affordable <= 0) return 0;
        const taken = lots > 0 ? affordable : -affordable;
        act.assign(vault, taken, bankruptcy);
        return taken;
      },
    };
  },
});
