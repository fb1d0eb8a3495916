// The orders of each account as a ring of links in an arena, on which a row of the account's own stands between its
// newest and its oldest order: nobody is ever without a neighbour, so joining and leaving need no test.

import type { AccountId } from '../base/units.ts';
import * as memory from './arena.ts';
import type { Arena } from './arena.ts';

const { ROWS } = memory;

// Words of an order's row and of an owner's row alike. From the owner, NEWER leads to the oldest and OLDER to the newest.
const NEWER = 2;
const OLDER = 3;

/** An owner's row is four words; the first two are its user's. */
const OWNER_WORDS = 4;

// Rows are in pages of 64 accounts, which the accounts get when one of them has an order here, because few of a million
// accounts trade each of many instruments at once. A page of which nobody has an order any more is as good as new, and is
// given to others: such pages are looked for when there are twice as many as the last time, so that looking costs next to
// nothing, and nothing where orders come and go.
const PAGE_BITS = 6;
const IN_PAGE = (1 << PAGE_BITS) - 1;
/** So many pages are made before the first look. */
const MANY = 64;

export class AccountRings {
  private readonly arena: Arena;
  /** Accounts without a page share this one, whose rows stay alone on their rings. */
  private readonly nobodies: number;
  private pages: Int32Array;
  /** Their length: as a number of its own V8 knows it. */
  private end = 256;
  /** How many pages accounts have, and at how many the next look is due. */
  private taken = 0;
  private most = MANY;
  private readonly spare: number[] = [];

  constructor(arena: Arena) {
    this.arena = arena;
    this.nobodies = this.makePage();
    this.pages = new Int32Array(this.end).fill(this.nobodies);
  }

  /** The owner's row; not to be written unless it was opened. */
  owner(account: AccountId): number {
    const { pages } = this;
    const run = account >>> PAGE_BITS;
    return (run < this.end ? pages[run] : this.nobodies) + (account & IN_PAGE) * OWNER_WORDS;
  }

  /** As `owner`, for an account that gets an order. May grow the arena. */
  open(account: AccountId): number {
    const { pages } = this;
    const run = account >>> PAGE_BITS;
    const page = run < this.end ? pages[run] : this.nobodies;
    return (page === this.nobodies ? this.takePage(run) & ROWS : page) + (account & IN_PAGE) * OWNER_WORDS;
  }

  /** A new order joins as the newest. */
  join(row: number, owner: number): void {
    const { words } = this.arena;
    const newest = words[owner + OLDER] & ROWS;
    words[row + OLDER] = newest;
    words[row + NEWER] = owner;
    words[newest + NEWER] = row;
    words[owner + OLDER] = row;
  }

  leave(row: number): void {
    const { words } = this.arena;
    const newer = words[row + NEWER] & ROWS;
    const older = words[row + OLDER] & ROWS;
    words[newer + OLDER] = older;
    words[older + NEWER] = newer;
  }

  /** 0 if the account has none. */
  oldest(account: AccountId): number {
    const owner = this.owner(account);
    const row = this.arena.words[owner + NEWER];
    return row === owner ? 0 : row;
  }

  newest(account: AccountId): number {
    const owner = this.owner(account);
    const row = this.arena.words[owner + OLDER];
    return row === owner ? 0 : row;
  }

  /** The account's order that came next, 0 after the newest. */
  newer(row: number, account: AccountId): number {
    const newer = this.arena.words[row + NEWER];
    return newer === this.owner(account) ? 0 : newer;
  }

  older(row: number, account: AccountId): number {
    const older = this.arena.words[row + OLDER];
    return older === this.owner(account) ? 0 : older;
  }

  private takePage(run: number): number {
    let { length } = this.pages;
    while (length <= run) length *= 2;
    if (length > this.pages.length) {
      const pages = new Int32Array(length).fill(this.nobodies);
      pages.set(this.pages);
      this.pages = pages;
      this.end = length;
    }
    if (this.taken >= this.most && this.spare.length === 0) this.takeBack();
    const page = this.spare.pop() ?? this.makePage();
    this.pages[run] = page;
    this.taken++;
    return page;
  }

  /** Those pages of which nobody has an order. */
  private takeBack(): void {
    const { pages, nobodies, spare } = this;
    for (let run = 0; run < pages.length; run++) {
      const page = pages[run];
      if (page === nobodies || !this.isIdle(page)) continue;
      pages[run] = nobodies;
      spare.push(page);
    }
    this.taken -= spare.length;
    this.most = Math.max(MANY, 2 * this.taken);
  }

  private isIdle(page: number): boolean {
    const { words } = this.arena;
    for (let owner = page; owner < page + (OWNER_WORDS << PAGE_BITS); owner += OWNER_WORDS) {
      if (words[owner + OLDER] !== owner || words[owner] !== 0 || words[owner + 1] !== 0) return false;
    }
    return true;
  }

  private makePage(): number {
    const page = this.arena.take(OWNER_WORDS << PAGE_BITS);
    const { words } = this.arena;
    for (let i = 0; i <= IN_PAGE; i++) {
      const owner = page + i * OWNER_WORDS;
      words[owner + NEWER] = owner;
      words[owner + OLDER] = owner;
    }
    return page;
  }
}
