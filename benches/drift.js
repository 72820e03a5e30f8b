// Whether readings that were taken one after another go up, or only up and down.

const middle = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/**
 * The slope that most pairs of readings agree on (Theil–Sen): a single outlier cannot make it or hide it. The first third is left out, in which
 * everything is still being made for the first time. Flat is what has grown by less than the readings differ among themselves, or by less than
 * a twentieth of what there is.
 * @param {number[]} readings @returns {{ change: number, noise: number, isFlat: boolean }} `change`: from the first that counts to the last
 */
export function drift(readings) {
  const later = readings.slice(Math.floor(readings.length / 3));
  const slopes = later.flatMap((one, i) => later.slice(i + 1).map((other, j) => (other - one) / (j + 1)));
  const slope = middle(slopes);
  const level = middle(later);
  const rest = later.map((reading, index) => reading - slope * index);
  const noise = 2 * 1.4826 * middle(rest.map((each) => Math.abs(each - middle(rest))));
  const change = slope * (later.length - 1);
  return { change, noise, isFlat: change < Math.max(noise, level / 20) };
}
