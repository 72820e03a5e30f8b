// Chance that can be had again: everything the laboratory does follows from a seed.

/** @param {number} seed */
export function createDice(seed) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];

  /** Small and fast (sfc32). */
  function next() {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  }
  for (let warm = 0; warm < 12; warm += 1) next();

  const below = (count) => Math.floor((next() / 2 ** 32) * count);
  const pick = (list) => list[below(list.length)];
  return {
    below,
    pick,
    chance: (probability) => next() < probability * 2 ** 32,
    /** @param {[weight: number, value: any][]} pairs */
    weighted(pairs) {
      let all = 0;
      for (const pair of pairs) all += pair[0];
      let at = (next() / 2 ** 32) * all;
      for (const pair of pairs) if ((at -= pair[0]) < 0) return pair[1];
      return pairs.at(-1)[1];
    },
    text: (length, letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789') => Array.from({ length }, () => pick(letters)).join(''),
    bytes(count) {
      const bytes = Buffer.alloc(count);
      for (let place = 0; place < count; place += 1) bytes[place] = next() & 0xff;
      return bytes;
    },
  };
}

/** @typedef {ReturnType<typeof createDice>} Dice */
