// /_services/<name>: what the frontend modules (browser/) ask of the host on behalf of the visitor, as the platform's own pages do.

import { BodyTooLarge, readBody, refusalOf, sendJson } from './server.js';
import { WixError } from './wix/errors.js';

const BODY_LIMIT = 16 * 1024;

export class PageServices {
  /**
   * @param {object} parts
   * @param {() => string[]} parts.origins
   * @param {Record<string, (asked: { args: object, request: object, response: object }) => unknown>} parts.services by name, such
   *   as `members/logout`; what one returns is sent as JSON
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  async handle(request, response) {
    const name = new URL(request.url, 'http://localhost').pathname.replace('/_services/', '');
    if (!Object.hasOwn(this.services, name)) return sendJson(response, 404, { error: { message: 'no such service' } });
    const refusal = refusalOf(request, this.origins());
    if (refusal) return sendJson(response, 403, { error: { message: refusal } });
    try {
      const args = JSON.parse((await readBody(request, BODY_LIMIT)).toString('utf8'));
      return sendJson(response, 200, { result: (await this.services[name]({ args, request, response })) ?? null });
    } catch (error) {
      if (!(error instanceof BodyTooLarge || error instanceof SyntaxError || error instanceof WixError)) throw error;
      return sendJson(response, 400, { error: { message: error.message } });
    }
  }
}
