// How everything here is timed. The contenders take turns in short blocks, in an order that is drawn anew for every round, so
// whatever else the machine is doing happens to all of them alike. What is compared are the times of one and the same round;
// the result is the median of these ratios, and its spread says how far it can be trusted.

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {(calls: number) => number | Promise<number>} block makes so many calls and answers with the nanoseconds they took
 */

/**
 * @typedef {{ rounds: number, blockMs: number, warmMs: number }} Effort
 * @typedef {{ name: string, times: number[] }} Times nanoseconds per call, one for each round
 */

/**
 * @param {Contender[]} contenders
 * @param {Effort} effort
 * @returns {Promise<Times[]>}
 */
export async function race(contenders, { rounds, blockMs, warmMs }) {
  const entries = [];
  for (const { name, block } of contenders) entries.push({ name, block, calls: await warmUp(block, warmMs, blockMs), times: [] });
  for (let round = 0; round < rounds; round += 1) {
    for (const entry of shuffled(entries)) entry.times.push(await entry.block(entry.calls) / entry.calls);
  }
  return entries.map(({ name, times }) => ({ name, times }));
}

/** Runs for a while, and says how many calls fill a block. What is to be met cold is not warmed, and called once. */
async function warmUp(block, warmMs, blockMs) {
  if (warmMs === 0) return 1;
  let [calls, spent, last] = [1, 0, 0];
  while (spent < warmMs * 1e6) {
    last = await block(calls);
    spent += last;
    if (last < blockMs * 1e6) calls = Math.ceil(calls * Math.min(2, blockMs * 1e6 / Math.max(last, 1)));
  }
  return Math.max(1, Math.round(calls * Math.min(2, blockMs * 1e6 / last)));
}

/** Nanoseconds that this process has spent on a processor: what others do there meanwhile does not count. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Calls `work` with one input after another. @returns {Contender['block']} */
export function inTurn(work, inputs) {
  let next = 0;
  return (calls) => {
    const from = now();
    for (let call = 0; call < calls; call += 1) {
      result = work(inputs[next]);
      next = next + 1 === inputs.length ? 0 : next + 1;
    }
    return now() - from;
  };
}

/** Where results go, so that no compiler finds out that nobody wants them. */
export let result;

/** How long the first takes in the time of the second, round by round. @param {Times} one @param {Times} other */
export function ratio(one, other) {
  return summary(one.times.map((time, round) => time / other.times[round]));
}

/** The median, and the quartiles around it. @param {number[]} values */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: at(sorted, 0.5), low: at(sorted, 0.25), high: at(sorted, 0.75) };
}

/** Half of the rounds lie further apart than a sixth: such a median says little about the second digit. */
export function isNoisy({ median, low, high }) {
  return (high - low) / median > 1 / 6;
}

/** The exponent with which time grows with size: 1 is linear, 2 is quadratic. @param {[size: number, time: number][]} points */
export function growth(points) {
  const logs = points.map(([size, time]) => [Math.log(size), Math.log(time)]);
  const mean = (place) => logs.reduce((sum, pair) => sum + pair[place], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const sum = (term) => logs.reduce((total, pair) => total + term(pair), 0);
  return sum(([a, b]) => (a - x) * (b - y)) / sum(([a]) => (a - x) ** 2);
}

function at(sorted, share) {
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

function shuffled(list) {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [copy[last], copy[other]] = [copy[other], copy[last]];
  }
  return copy;
}
