// A process of its own, as a container that has just started: load, open the account, verify the first message.
//
//   node benches/cold-start.cjs <file>    the file: { module, account, input } as JSON; prints the nanoseconds of each of the three steps
'use strict';

const { readFileSync } = require('node:fs');

const { module: path, account, input } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

/** As in rounds.js: what others do on the processor meanwhile does not count. What the runtime's own threads do for us does. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

async function start() {
  const times = [now()];
  const { createPos, nestpay } = require(path);
  times.push(now());
  const callback = createPos ? createPos(account).step.callback : (await nestpay(account)).callback;
  times.push(now());
  const { payment } = callback(input.order, input.body);
  times.push(now());
  if (payment.status !== 'paid') throw new Error(`a genuine message is ${payment.status}`);
  return [1, 2, 3].map((place) => times[place] - times[place - 1]);
}

start().then((steps) => console.log(JSON.stringify(steps)));
