// Whether two sets of times differ, as dudect asks it: Welch's t over all of them, and over the quicker ones alone, because what interrupts a
// program makes some of its times long and says nothing about the program.

/** Which part of all times is looked at. A difference in the common case shows in a small part, one in a rare case in a large one. */
const PARTS = [1, 0.99, 0.95, 0.9, 0.8, 0.6, 0.4];

/** From here on a difference is hardly chance any more; dudect calls it certain from 10 on. */
export const SUSPICIOUS = 4.5;

/** Welch's t of two samples: by how many of its standard errors their means differ. @param {ArrayLike<number>} one @param {ArrayLike<number>} other */
export function welch(one, other) {
  const [first, second] = [moments(one), moments(other)];
  const error = Math.sqrt(first.variance / first.count + second.variance / second.count);
  return error === 0 ? 0 : (first.mean - second.mean) / error;
}

function moments(sample) {
  let [count, mean, squares] = [0, 0, 0];
  for (const value of sample) {
    count += 1;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  return { count, mean, variance: count > 1 ? squares / (count - 1) : 0 };
}

/**
 * The largest t over all parts, and the difference of the means there. The border of a part is drawn through both samples together, so that it
 * cuts off the same times of both.
 * @param {Float64Array} one @param {Float64Array} other
 */
export function compared(one, other) {
  const all = Float64Array.from([...one, ...other]).sort();
  const results = PARTS.map((part) => {
    const border = all[Math.ceil(all.length * part) - 1];
    const [first, second] = [one, other].map((sample) => sample.filter((time) => time <= border));
    return { t: welch(first, second), part, apart: moments(first).mean - moments(second).mean };
  });
  return results.reduce((worst, each) => (Math.abs(each.t) > Math.abs(worst.t) ? each : worst));
}
