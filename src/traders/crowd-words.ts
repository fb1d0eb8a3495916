// What a crowd's members do, have, are woken for and send: the numbers that stand for it in its columns and messages.

// What a member is doing.
export const OUT = 0;
export const ENTERING = 1;
export const HOLDING = 2;
export const CLOSING = 3;
export const LIQUIDATING = 4;

// What a member has, as bits.
export const HAS_STOP = 1;
export const REACTING = 2;

// Wakes of the whole crowd.
export const LOOK = 0;
export const ARRIVAL = 1;
// Wakes of members: MEMBERS + member × ACTIONS + action.
export const MEMBERS = 2;
export const ACTIONS = 4;
export const TOP_UP = 0;
export const REDUCE = 1;
export const CLOSE = 2;
export const PLACE_STOP = 3;

// The tags of orders.
export const STOP_ORDER = 1;
export const CLOSE_ORDER = 2;
export const REDUCE_ORDER = 3;
export const ENTRY_ORDER = 4;
