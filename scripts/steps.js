// Numbered steps on the terminal: what is being done, how far it is, how it ended.
// On a terminal the progress line is redrawn in place; elsewhere (CI, a log file) a plain line comes every ten seconds.

import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const terminal = Boolean(process.stdout.isTTY);
const REDRAW = terminal ? 1_000 : 10_000;
const INDENT = '       ';

/** Something the person at the keyboard can mend. */
export class Problem extends Error {
  /**
   * @param {string} message what is wrong
   * @param {string} cure what to do about it
   * @param {string} [output] what the failing command said
   */
  constructor(message, cure, output = '') {
    super(message);
    this.name = 'Problem';
    this.cure = cure;
    this.output = output;
  }
}

/**
 * @typedef {(activity: string) => void} Progress
 * @typedef {{ title: string, work: (progress: Progress) => Promise<string> }} Step  `work` answers with the outcome in a few words
 */

/** Runs the steps one after the other. The first that throws ends the run. @param {Step[]} steps */
export async function runSteps(steps) {
  for (const [index, step] of steps.entries()) {
    print(`[${index + 1}/${steps.length}] ${step.title}`);
    const clock = startClock();
    try {
      const outcome = await step.work(clock.progress);
      clock.stop();
      print(`${INDENT}${outcome}${clock.elapsed() >= 1 ? ` (${duration(clock.elapsed())})` : ''}`);
    } finally {
      clock.stop();
    }
  }
}

/** Runs a command of this folder, unless it was only imported, with whatever goes wrong told as a problem and its cure. */
export async function main(file, command) {
  if (realpathSync(process.argv[1]) !== fileURLToPath(file)) return;
  try {
    await command();
  } catch (error) {
    printProblem(error);
    process.exitCode = 1;
  }
}

export function printProblem(error) {
  if (!(error instanceof Problem)) {
    print(`\n${error instanceof Error ? error.stack : error}`);
    return;
  }
  if (error.output) print(`\n${error.output.trimEnd()}`);
  print(`\n✖ ${error.message}`);
  print(`To mend it: ${error.cure}`);
}

/** Prints a line of its own, whatever the progress line is doing. */
export function print(text) {
  if (terminal) process.stdout.write('\r\x1b[K');
  process.stdout.write(`${text}\n`);
}

export function duration(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function startClock() {
  const start = Date.now();
  let activity = '';
  const elapsed = () => (Date.now() - start) / 1000;
  const draw = () => {
    const line = `${INDENT}${duration(elapsed())}${activity && `, ${activity}`}`;
    if (terminal) process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns || 80) - 1)}`);
    else process.stdout.write(`${line}\n`);
  };
  const timer = setInterval(draw, REDRAW);
  return {
    elapsed,
    progress: (now) => { activity = now; },
    stop: () => clearInterval(timer),
  };
}
