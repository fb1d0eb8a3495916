// A kernel that speaks the simulator's language, as simulation.ts makes it.

import { Kernel } from '../../src/kernel/kernel.ts';
import { envelope, FIELD_WORDS, Message, MESSAGE_NAMES, Type, type Envelope } from '../../src/messages.ts';

export function createKernel(seed = '42'): Kernel<Message, Envelope> {
  return new Kernel({
    seed,
    cursors: () => new Message(),
    wakeType: Type.Wake,
    tagWord: FIELD_WORDS[Type.Wake][0],
    fieldWords: FIELD_WORDS,
    toEnvelope: envelope,
    typeName: (type) => MESSAGE_NAMES[type - 1],
  });
}
