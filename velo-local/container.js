// One container, seen from the host: a worker thread that runs the site's backend with a module registry, globals and
// WebAssembly memory of its own.
//
// Why a thread. A vm context in this process shares the event loop (an endless loop would stop the host) and cannot be stopped
// in the middle of a function, so a "killed" container would still run its finally blocks. A child process can be killed, but
// costs three times the start and four times the memory (measured on 2 cores: 70 ms and 44 MB against 25 ms and 10 MB). A thread
// can be terminated at any instruction and takes its sockets and timers with it. What it does not own (data, secrets, permission
// to fetch) it must ask for by message, and the host stops reading a container's messages at the moment of its death: nothing
// that was killed can act.

import { Worker } from 'node:worker_threads';
import process from 'node:process';

// Where Node can require() an ES module, Wix could not; a package that only works here must fail here too.
const canRequireModules = process.allowedNodeEnvironmentFlags.has('--experimental-require-module');
const EXEC_ARGV = canRequireModules ? ['--no-experimental-require-module'] : [];

export class ContainerGone extends Error {}

export class Container {
  #worker;
  #running = new Map();
  #hear;

  /**
   * @param {number} number
   * @param {{ files: Map<string, string>, site: string, packageRoot: string, allow: string[], memoryMb: number }} world
   * @param {object} hear
   * @param {(container: Container, message: object) => Promise<unknown>} hear.answer what the code asks of the host
   * @param {(line: object) => void} hear.log
   * @param {(container: Container) => void} hear.gone
   */
  constructor(number, world, hear) {
    const { memoryMb, ...workerData } = world;
    this.number = number;
    this.born = Date.now();
    this.alive = true;
    this.retired = false;
    this.worked = false;
    this.#hear = hear;
    this.#worker = new Worker(new URL('./inside/main.js', import.meta.url), {
      workerData,
      name: `container ${number}`,
      env: {},
      execArgv: EXEC_ARGV,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.#worker.on('message', (message) => this.#onMessage(message));
    this.#worker.on('error', (error) => this.kill(`crashed: ${error.stack ?? error}`));
    this.#worker.on('exit', () => this.kill('ended'));
  }

  get busy() {
    return this.#running.size > 0;
  }

  /** Runs one task. The promise settles with the code's answer, or rejects with its error or ContainerGone. */
  run({ request, kind, visitor, task, clockAheadMs }) {
    return new Promise((resolve, reject) => {
      if (!this.alive) return reject(new ContainerGone(`container ${this.number} is gone`));
      this.worked = true;
      this.#running.set(request, { resolve, reject });
      this.#worker.postMessage({ type: 'run', request, kind, visitor, task, clockAheadMs });
    });
  }

  /** From this line on nothing the container says is heard. */
  kill(why) {
    if (!this.alive) return;
    this.alive = false;
    this.#hear.log({ container: this.number, kind: 'container', text: `container ${this.number} ${why}` });
    this.#worker.terminate();
    for (const { reject } of this.#running.values()) reject(new ContainerGone(`container ${this.number} ${why}`));
    this.#running.clear();
    this.#hear.gone(this);
  }

  /** No new requests; the end comes when the last running one is done. */
  retire() {
    this.retired = true;
    if (!this.busy) this.kill('recycled');
  }

  #onMessage(message) {
    if (!this.alive) return;
    const { request, kind = 'console', level, text, detail } = message;
    if (message.type === 'log') this.#hear.log({ container: this.number, request, kind, level, text, detail });
    else if (message.type === 'ask') this.#answer(message);
    else this.#end(message);
  }

  async #answer(message) {
    const reply = { type: 'answer', id: message.id };
    try {
      reply.value = await this.#hear.answer(this, message);
    } catch (error) {
      reply.error = { message: error.message, properties: error.properties ?? {} };
    }
    if (this.alive) this.#worker.postMessage(reply);
  }

  #end({ request, value, error }) {
    const task = this.#running.get(request);
    this.#running.delete(request);
    if (error) task.reject(Object.assign(new Error(error.message), error));
    else task.resolve(value);
    if (this.retired && !this.busy) this.kill('recycled');
  }
}
