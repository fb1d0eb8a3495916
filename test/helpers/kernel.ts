// A kernel that speaks the simulator's language, as simulation.ts makes it.

import { Kernel } from '../../src/kernel/kernel.ts';
import { envelope, Message, MESSAGE_NAMES, Type, type Envelope } from '../../src/messages.ts';

export function createKernel(seed = '42'): Kernel<Message, Envelope> {
  return new Kernel({
    seed,
    cursors: (arena) => new Message(arena),
    types: MESSAGE_NAMES.length,
    wakeType: Type.Wake,
    toEnvelope: envelope,
    typeName: (type) => MESSAGE_NAMES[type - 1],
  });
}
