// /_api/<module>/<function>: how page code calls the site's web modules. JSON both ways; an error keeps its message and code and
// loses its stack.

import { ContainerGone } from './container.js';
import { TimeLimit } from './containers.js';
import { BodyTooLarge, readBody, refusalOf, sendJson } from './server.js';

const ADDRESS = /^\/_api\/(backend\/.+\.web\.js)\/([A-Za-z_$][\w$]*)$/;

export class WebMethods {
  /**
   * @param {object} parts
   * @param {() => string[]} parts.origins
   * @param {import('./containers.js').Containers} parts.containers
   * @param {import('./members.js').Members} parts.members
   * @param {object} parts.limits
   * @param {import('./log.js').Log} parts.log
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  async handle(request, response) {
    const [, module, name] = ADDRESS.exec(decodeURI(new URL(request.url, 'http://localhost').pathname)) ?? [];
    if (!module) return sendJson(response, 404, failure('no such web module'));
    const refusal = refusalOf(request, this.origins());
    if (refusal) return sendJson(response, 403, failure(refusal));
    try {
      const args = await readArguments(request, this.limits.bodyBytes);
      await this.#run(request, response, { module, name, args });
    } catch (error) {
      if (error instanceof BodyTooLarge) return sendJson(response, 413, failure('the arguments are too large'));
      if (error instanceof SyntaxError) return sendJson(response, 400, failure('a JSON object with `args` is expected'));
      throw error;
    }
  }

  async #run(request, response, task) {
    const id = this.containers.nextRequest('w');
    const work = { request: id, kind: 'web', name: task.name, visitor: this.members.visitorOf(request), task };
    const running = this.containers.run(work, { limitMs: this.limits.requestMs });
    const say = (kind, level, text, detail) => this.log.write({ kind, level, text, detail, request: id, container: work.container });
    say('request', 'info', `${task.module} ${task.name}()`, task.args);
    try {
      const { json } = await running;
      say('response', 'info', `${task.name}() → ok`, json);
      sendJson(response, 200, { result: JSON.parse(json) });
    } catch (error) {
      const status = statusOf(error);
      const what = status === 500 ? error.stack : error.message;
      say('response', status < 500 ? 'warn' : 'error', `${task.name}() → ${status}: ${what}`);
      sendJson(response, status, failure(error.message, error.code));
    }
  }
}

const failure = (message, code) => ({ error: { message, code } });

function statusOf(error) {
  if (error.missing) return 404;
  if (error.code === 'FORBIDDEN') return 403;
  if (error instanceof TimeLimit) return 504;
  return error instanceof ContainerGone ? 502 : 500;
}

async function readArguments(request, limit) {
  const { args } = JSON.parse((await readBody(request, limit)).toString('utf8'));
  if (!Array.isArray(args)) throw new SyntaxError('args is not a list');
  return JSON.stringify(args);
}
