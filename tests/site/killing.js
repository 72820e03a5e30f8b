// Containers that die or sleep at a chosen operation, and what comes afterwards.

/** Kills the container that makes the n-th operation, before or after it has happened. */
export function killAt(world, n, moment) {
  let count = 0;
  let died = false;
  world.data[moment] = async (_operation, container) => {
    count += 1;
    if (count !== n) return;
    container.alive = false;
    died = true;
  };
  return {
    died: () => died,
    off: () => { world.data[moment] = async () => {}; },
  };
}

/** Waits for the work, or until nothing can move any more because its container is dead. */
export async function finishOrDie(work, kill) {
  let finished = false;
  const watched = work.finally(() => { finished = true; });
  while (!finished && !kill.died()) await turn();
  if (finished) return watched;
  watched.catch(() => {});
  return turns(50);
}

export const turn = () => new Promise(setImmediate);

export async function turns(count) {
  for (let i = 0; i < count; i += 1) await turn();
}

/**
 * Runs the work once for each of its operations and kills its container there, before it and after it.
 * @param {() => Promise<{ world: any, work: () => Promise<unknown> }>} prepare
 * @param {(prepared: any, where: string) => Promise<void>} afterwards
 */
export async function everyDeath(prepare, afterwards) {
  const first = await prepare();
  first.world.data.log.length = 0;
  await first.work();
  const operations = first.world.data.log.length;
  for (let n = 1; n <= operations; n += 1) {
    for (const moment of ['before', 'after']) {
      const prepared = await prepare();
      const kill = killAt(prepared.world, n, moment);
      await finishOrDie(prepared.work(), kill);
      kill.off();
      await afterwards(prepared, `died ${moment} operation ${n} of ${operations}`);
    }
  }
  return operations;
}

/** Kills the container right after the write that `chosen` means. */
export function killAfter(world, chosen) {
  let died = false;
  world.data.after = async (operation, container) => {
    if (died || !chosen(operation)) return;
    container.alive = false;
    died = true;
  };
  return { died: () => died, off: () => { world.data.after = async () => {}; } };
}

/** Holds back the first operation that `chosen` means, until `release`. */
export function holdBack(world, chosen) {
  let release = null;
  world.data.before = (operation) => new Promise((resolve) => {
    if (release === null && chosen(operation)) release = resolve;
    else resolve();
  });
  const held = async () => { while (release === null) await turn(); };
  return { held, release: () => release() };
}
