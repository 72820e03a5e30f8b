// The example site in a process of its own, so that its memory is its own: what drives it and the banks are elsewhere. Started by load.js.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import threads from 'node:worker_threads';
import { root } from '../scripts/command.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

// Every container gets a probe. It is loaded before velo-local, which takes the class of the thread from there.
const { Worker } = threads;
threads.Worker = class extends Worker {
  constructor(file, { execArgv = [], ...options }) {
    super(file, { ...options, execArgv: [...execArgv, '--require', fileURLToPath(new URL('./load-probe.cjs', import.meta.url))] });
  }
};
syncBuiltinESMExports();
const { startVeloLocal } = await import('../velo-local/index.js');

let questions = 0;
/** What all containers keep together. @param {number} count how many there are */
function containersMemory(count) {
  const channel = new threads.BroadcastChannel('load');
  const question = questions += 1;
  const answers = [];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { channel.close(); reject(new Error(`${answers.length} of ${count} containers answered`)); }, 20_000);
    channel.onmessage = ({ data: { answer, bytes } }) => {
      if (answer !== question || answers.push(bytes) < count) return;
      clearTimeout(timer);
      channel.close();
      resolve(answers.reduce((sum, each) => sum + each, 0));
    };
    channel.postMessage({ question });
  });
}

const { secrets, banksUrl, containers } = JSON.parse(process.argv[2]);
const data = mkdtempSync(join(tmpdir(), 'velopos-load-'));
const site = await startVeloLocal({
  site: join(root, 'velo-example'), packageRoot: root, data, port: 0, secrets, allow: [banksUrl], containers, jobEveryMs: 0, limits: { dataMs: 4_000 },
});
site.habits.set({ containerLifeMs: 24 * 3_600_000 });   // the same ones all the time: new ones would hide what old ones keep

/** What the driver may ask. */
const QUESTIONS = {
  async reading() {
    for (let turn = 0; turn < 3; turn += 1) collectGarbage();
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed, rss, containers: await containersMemory(site.containers.list.length), handles: process.getActiveResourcesInfo().filter((name) => !/Timeout|Immediate/.test(name)).length };
  },
  all: (name) => site.data.collection(name).all(),
  pass(ms) { site.habits.set({ clockAheadMs: site.habits.get().clockAheadMs + ms }); },
  job: () => site.runJob('settle').then(() => true),
  async close() {
    await site.close();
    rmSync(data, { recursive: true, force: true });
  },
};

process.on('message', async ({ id, question, value }) => {
  try {
    process.send({ id, answer: await QUESTIONS[question](value) ?? null });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
  if (question === 'close') process.disconnect();
});
process.on('disconnect', () => process.exit());
process.send({ url: site.url });
