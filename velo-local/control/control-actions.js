// What the forms of /_local do.

const TIMES = ['staleMs', 'slowDataMs', 'containerLifeMs', 'clockAheadMs'];

/** @param {URLSearchParams} form @param {object} host */
export async function changeHabits(form, { habits, containers, jobs, clear }) {
  const action = form.get('action');
  const number = (name) => Number(form.get(name) || 0);
  const aim = { times: number('times'), function: form.get('function') || '*' };
  const actions = {
    time: () => habits.set(Object.fromEntries(TIMES.map((name) => [name, number(name)]))),
    errors: () => habits.set({ errorShape: form.get('errorShape') }),
    timeout: () => habits.set({ timeout: { times: number('times'), done: form.get('done') === 'yes' } }),
    drop: () => habits.set({ drop: aim }),
    repeat: () => habits.set({ repeat: { ...aim, copies: number('copies'), delayMs: number('delayMs') } }),
    late: () => habits.set({ late: { ...aim, delayMs: number('delayMs') } }),
    outage: () => habits.set({ outage: { ...aim, done: form.get('done') === 'yes' } }),
    crash: () => habits.set({ crash: { ...aim, after: form.get('after'), count: number('count') } }),
    reset: () => habits.reset(),
    containers: () => void (containers.count = number('count')),
    kill: () => containers.kill(number('container')),
    recycle: () => containers.recycle(),
    job: () => jobs.run(form.get('job')).catch(() => {}),
    clear,
  };
  if (!Object.hasOwn(actions, action)) throw new TypeError(`there is no action ${action}`);
  await actions[action]();
}
