/** Returns a whole number from 0 to below `limit`. */
export type Random = (limit: number) => number;

/** A small generator of numbers, so that a failure can be repeated from its seed. */
export function createRandom(seed: number): Random {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** One of the items. */
export function pick<Item>(next: Random, items: readonly [Item, ...Item[]]): Item {
  return items[next(items.length)] ?? items[0];
}
