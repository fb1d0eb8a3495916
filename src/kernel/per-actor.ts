// Something that belongs to each actor, found by its id: in pages, because the members of a cohort have it in common and then
// share a page. A hundred thousand of them take no room of their own, and what one of them needs the others have brought into the cache.

import type { ActorId } from '../base/units.ts';

const SIZE = 256;
/** `pages[id >>> PAGE][id & IN_PAGE]`, written out where it is read: V8 then knows what these pages hold. */
export const PAGE = 8;
export const IN_PAGE = SIZE - 1;

export class PerActor<T> {
  readonly pages: T[][] = [];
  /** Ids are below this. */
  count: ActorId = 0;

  /** For the next `count` ids. */
  add(value: T, count = 1): void {
    let shared: T[] | undefined;
    for (let left = count; left > 0;) {
      const place = this.count & IN_PAGE;
      const taken = Math.min(left, SIZE - place);
      if (place === 0) this.pages.push(taken < SIZE ? page(value) : (shared ??= page(value)));
      else this.pages[this.count >>> PAGE].fill(value, place);
      this.count += taken;
      left -= taken;
    }
  }
}

/** Without holes, which V8 would look for at each read if it had been made with a length. */
function page<T>(value: T): T[] {
  return Array.from({ length: SIZE }, () => value);
}
