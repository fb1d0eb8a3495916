// What the kernel delivers is what was sent, in order of (at, seq), whatever lies in line or in the wheels and however much is sent while
// a message is handled; and no record is given to two messages at a time. The specification is a sorted list.

import { expect, test } from 'vitest';
import { createRng } from '../../src/base/random.ts';
import { constantLatency, jitteredLatency, noLatency } from '../../src/kernel/latency.ts';
import { Type, type Message } from '../../src/messages.ts';
import { TIMER_WORDS, WORD_0, WORD_5 } from '../../src/kernel/record.ts';
import { createKernel } from '../helpers/kernel.ts';

interface Sent {
  readonly at: number;
  readonly seq: number;
  readonly cause: number;
  readonly sentAt: number;
  readonly from: number;
  readonly to: number;
  readonly type: number;
  readonly base: number;
}

test.each([1, 30, 2_000])('around %i pending', (usual) => {
  for (let run = 0; run < 8; run++) {
    const rng = createRng(`kernel/${usual}/${run}`);
    const kernel = createKernel();
    const pending: Sent[] = [];
    const used = new Set<number>();
    const ids: number[] = [];
    // NaN where it is not constant.
    const ways = new Map<number, number>();
    let left = 4_000;
    const halves = ({ base, type }: Sent) => (type === Type.Wake ? [base] : [base, base + TIMER_WORDS]);
    const send = () => {
      const [from, to] = [0, 1].map(() => ids[rng.int(ids.length)]);
      const delay = rng.chance(0.8) ? 0 : rng.int(rng.chance(0.9) ? 300 : 2 ** 31);
      const isWake = rng.chance(0.25);
      const type = isWake ? Type.Wake : Type.OrderAccepted;
      const draft = isWake ? kernel.wake(to, kernel.now + delay, 0) : kernel.send(from, to, type, delay);
      const { base, words, at } = draft;
      const blank = isWake ? new Int32Array() : words.subarray(base + WORD_0, base + WORD_5 + 1);
      const way = isWake ? 0 : ways.get(from)! + ways.get(to)!;
      if (!Number.isNaN(way) && at !== kernel.now + delay + way) throw new Error('not when it was to arrive');
      const sent = { at, seq: kernel.seq, cause: kernel.cause, sentAt: kernel.now, from: isWake ? to : from, to, type, base };
      if (draft.tag !== 0 || blank.some((word) => word !== 0) || halves(sent).some((half) => used.has(half)))
        throw new Error('not its own');
      for (const half of halves(sent)) used.add(half);
      draft.tag = sent.seq;
      blank.fill(sent.seq);
      const later = pending.findLastIndex((other) => other.at <= at);
      pending.splice(later + 1, 0, sent);
    };
    const receive = (message: Message) => {
      const sent = pending.shift()!;
      const { base } = message;
      if (left-- > 0) for (let i = pending.length < usual ? rng.int(4) : rng.int(2); i > 0; i--) send();
      if (rng.chance(0.005)) register();
      const { at, seq, cause, sentAt, from, to, type } = message;
      expect({ at, seq, cause, sentAt, from, to, type, base }).toEqual(sent);
      if (message.tag !== seq || (type !== Type.Wake && message.words[base + WORD_5] !== seq)) throw new Error('not what was sent');
      for (const half of halves(sent)) used.delete(half);
    };
    const register = () => {
      const way = [0, 700, rng.int(1_000), NaN][rng.int(4)];
      const latency = Number.isNaN(way) ? jitteredLatency(20, 900) : way === 0 ? noLatency : constantLatency(way);
      const id = kernel.register(`actor ${ids.length}`, receive, { latency });
      ids.push(id);
      ways.set(id, way);
    };
    for (let i = 0; i < 6; i++) register();
    while (left > 0) {
      for (let i = rng.int(usual); i >= 0; i--) send();
      if (rng.chance(0.5)) kernel.step();
      else kernel.runUntil(kernel.now + rng.int(3_000));
    }
    kernel.runToEnd();
    expect([pending, [...used]]).toEqual([[], []]);
    expect(kernel.delivered).toBe(kernel.seq);
  }
});
