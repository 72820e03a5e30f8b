// Scheduled jobs: backend/jobs.config on a shortened schedule. Every job runs every few seconds here; what the platform would do
// with the configuration is checked and said once.

import path from 'node:path';

import { theSite } from './visitor.js';

export class Jobs {
  #timer;
  #running = new Set();

  /**
   * @param {object} parts
   * @param {import('./source.js').Source} parts.source
   * @param {import('./containers.js').Containers} parts.containers
   * @param {object} parts.limits
   * @param {import('./log.js').Log} parts.log
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  async start(everyMs) {
    const jobs = await this.source.jobs();
    for (const job of jobs) for (const problem of problems(job)) this.#say('', 'warn', `job ${job.functionName}: ${problem}`);
    if (jobs.length > 20) this.#say('', 'warn', 'the platform takes at most twenty jobs');
    if (!everyMs || jobs.length === 0) return;
    this.#timer = setInterval(() => jobs.forEach((job) => this.run(job.functionName).catch(() => {})), everyMs);
    this.#timer.unref();
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** Runs a job now, by its function's name; one that is still running is left alone. */
  async run(functionName) {
    const job = (await this.source.jobs()).find((each) => each.functionName === functionName);
    if (!job) throw new Error(`jobs.config has no job with the function ${functionName}`);
    if (this.#running.has(functionName)) return;
    this.#running.add(functionName);
    const request = this.containers.nextRequest('j');
    const work = { request, kind: 'job', name: functionName, visitor: theSite(), task: { module: moduleOf(job), functionName } };
    try {
      await this.containers.run(work, { limitMs: this.limits.jobMs });
    } catch (error) {
      this.#say(request, 'error', `job ${functionName}: ${error.stack}`, work.container);
      throw error;
    } finally {
      this.#running.delete(functionName);
    }
  }

  #say(request, level, text, container) {
    this.log.write({ kind: 'job', request, level, text, container });
  }
}

/** `functionLocation` is a path inside the backend folder. */
const moduleOf = (job) => path.posix.join('backend', job.functionLocation);

function problems({ functionLocation, functionName, executionConfig }) {
  const found = [];
  const named = typeof functionLocation === 'string' && typeof functionName === 'string';
  if (!named) found.push('functionLocation and functionName are required');
  const cron = executionConfig?.cronExpression;
  if (!cron && !executionConfig?.time) found.push('executionConfig needs a cronExpression or a time');
  if (cron && cron.trim().split(/\s+/).length !== 5) found.push('a cron expression has five fields');
  if (cron && !/^\d+$/.test(cron.trim().split(/\s+/)[0])) found.push('the platform ignores jobs that run more than once an hour');
  return found;
}
