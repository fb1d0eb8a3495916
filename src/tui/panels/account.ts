// One account, followed: what it holds, how near it is to being closed, and everything the exchange did with it.

import { MESSAGE_NAMES, REASONS, Type } from '../../messages.ts';
import { bar, fitting, type Canvas, type Piece, type Rect } from '../canvas.ts';
import type { Step } from '../chronicle.ts';
import type { Ink } from '../ink.ts';
import type { Followed, View } from '../view.ts';
import { coins, money, past, price, ratio, signedPercent } from './format.ts';

/** Cells that a fact's name takes. */
const NAME = 14;

export function accountPanel(canvas: Canvas, rect: Rect, view: View): void {
  const { followed } = view;
  if (followed === undefined) return;
  const inside = canvas.frame(
    rect,
    [['following ', 'strong'], [` account ${followed.account} `, 'chosen'], `  ${followed.owner}`],
    'chosen',
  );
  const facts = factsOf(view, followed);
  const wide = inside.width >= 76;
  const half = wide ? inside.width >> 1 : inside.width;
  facts.forEach(([topic, name, value], i) => {
    const x = inside.x + (wide && i % 2 === 1 ? half : 0);
    const y = inside.y + (wide ? i >> 1 : i);
    if (y >= inside.y + inside.height) return;
    canvas.write(x, y, [[name.padEnd(NAME), 'dim'], ...fitting(value, half - NAME)], half);
    canvas.spot(topic, { x, y, width: half, height: 1 }, followed.account);
  });
  const from = inside.y + (wide ? (facts.length + 1) >> 1 : facts.length);
  const room = inside.y + inside.height - from;
  if (room <= 0) return;
  if (followed.steps.length === 0) {
    canvas.write(inside.x, from, [['nothing has been done with it yet', 'dim']], inside.width);
    return;
  }
  followed.steps.slice(-room).forEach((step, i) => {
    const [text, ink] = sentence(view, followed, step);
    canvas.write(
      inside.x,
      from + i,
      [
        [`${past(view, step.at)} `, 'dim'],
        [text, ink],
      ],
      inside.width,
    );
  });
}

function factsOf(view: View, account: Followed): [topic: string, name: string, value: Piece[]][] {
  const { lots, liquidation, entry } = account;
  const held: Piece[] =
    lots === 0
      ? ['nothing']
      : [[lots > 0 ? '▲ long ' : '▼ short ', lots > 0 ? 'long' : 'short'], coins(view, lots), ` (${money(view, account.notional)})`];
  const danger: Ink = account.ratio >= 1 ? 'liquidation' : account.ratio >= 0.8 ? 'call' : 'plain';
  return [
    ['account.position', 'position', held],
    [
      'account.ratio',
      'margin ratio',
      [
        [`${ratio(account.ratio)} `, danger],
        [bar(Math.min(1, account.ratio) * 12), danger],
      ],
    ],
    ['account.entry', 'entry price', [lots === 0 ? '–' : price(view, Math.round(entry))]],
    [
      'account.liquidation',
      'closed at',
      [price(view, liquidation), liquidation === 0 ? '' : ` (${signedPercent(liquidation / view.mark - 1)})`],
    ],
    ['account.equity', 'equity', [money(view, account.equity)]],
    ['account.maintenance', 'maintenance', [money(view, account.maintenance)]],
    ['account.cash', 'wallet', [money(view, account.cash)]],
    ['account.unrealised', 'unrealised', [[money(view, account.unrealised), account.unrealised < 0 ? 'short' : 'long']]],
    ['account.bankruptcy', 'bankrupt at', [price(view, account.bankruptcy)]],
    ['account.leverage', 'leverage', [`${account.leverage.toFixed(1)}×`, account.openBuys + account.openSells > 0 ? '  orders open' : '']],
  ];
}

function sentence(view: View, { account }: Followed, step: Step): readonly [string, Ink] {
  const reason = REASONS[step.reason];
  const amount = money(view, step.amount);
  const at = price(view, step.price);
  switch (step.type) {
    case Type.MarginCalled:
      return [`! margin call: equity ${amount}`, 'call'];
    case Type.MarginCallLifted:
      return [`  the call is lifted: equity ${amount}`, 'dim'];
    case Type.LiquidationStarted:
      return [`✗ below maintenance at a mark of ${at}: equity ${amount}`, 'liquidation'];
    case Type.LiquidationSized:
      if (step.lots > 0)
        return [`  decided: close ${coins(view, step.lots)} on the book${step.price > 0 ? `, not beyond ${at}` : ''}`, 'plain'];
      return [reason === 'unfilled-remainder' ? '  decided: the rest goes to the loss layers' : `  waits: ${reason}`, 'dim'];
    case Type.LiquidationFilled:
      return [`✗ ${coins(view, step.lots)} closed on the book down to ${at}, for ${amount}`, 'liquidation'];
    case Type.PositionTakenOver:
      return [`$ the fund takes over ${coins(view, step.lots)} at ${at}`, 'fund'];
    case Type.Deleveraged:
      if (step.account === account)
        return [`⇄ ${coins(view, step.lots)} closed against account ${step.counterparty} at ${at}`, 'deleveraged'];
      return [`⇄ it was winning: ${coins(view, step.lots)} are taken from it at ${at} for account ${step.account}`, 'deleveraged'];
    case Type.DeficitCovered:
      return [`$ the fund pays ${amount} that it owes`, 'fund'];
    case Type.BadDebtBooked:
      return [`∅ ${amount} are owed that nobody pays`, 'lost'];
    case Type.LiquidationClosed:
      return [`  the case is closed: ${reason}; ${amount} left`, 'strong'];
    default:
      return [`  ${MESSAGE_NAMES[step.type - 1]}`, 'dim'];
  }
}
