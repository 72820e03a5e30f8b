// A shop that writes down what arrives, and a customer who follows forms by hand.
import { createServer } from 'node:http';

/** @param {(visit: { method: string, path: string, headers: any, body: string, count: number }) => { status?: number, body?: string }} [answer] */
export async function startShop(answer = () => ({})) {
  const visits = [];
  const waiting = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const visit = {
      method: request.method,
      path: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('latin1'),
      at: Date.now(),
    };
    visits.push(visit);
    const { status = 200, body = 'shop' } = answer({ ...visit, count: visits.length });
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end(body);
    waiting.splice(0).forEach((check) => check());
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    visits,
    /** Resolves once `count` visits have been made. */
    async visited(count, ms = 5000) {
      const late = setTimeout(() => waiting.splice(0).forEach((check) => check('late')), ms);
      while (visits.length < count) {
        const why = await new Promise((resolve) => {
          waiting.push(resolve);
        });
        if (why === 'late' && visits.length < count) throw new Error(`only ${visits.length} of ${count} visits in ${ms} ms`);
      }
      clearTimeout(late);
      return visits;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

/** GET or POST, following redirects as long as they stay on this origin. @returns {Promise<{ status: number, url: string, html: string, location: string | null }>} */
export async function browse(url, fields) {
  const init = fields && {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  };
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const location = response.headers.get('location');
  const target = location && new URL(location, url);
  if (target?.origin === new URL(url).origin) return browse(target.href);
  return { status: response.status, url, html: await response.text(), location };
}

/** The form with this id: where it goes and what it brings. */
export function formOf({ html, url }, id) {
  const form = new RegExp(`<form[^>]*id="${id}"[^>]*>[\\s\\S]*?</form>`).exec(html)?.[0];
  if (!form) throw new Error(`no form ${id} in: ${html.slice(-1500)}`);
  const attribute = (tag, name) => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const hidden = [...form.matchAll(/<input type="hidden"[^>]*>/g)].map(([tag]) => [
    attribute(tag, 'name'),
    attribute(tag, 'value'),
  ]);
  return { action: new URL(attribute(form, 'action'), url).href, charset: attribute(form, 'accept-charset'), fields: hidden };
}

const unescape = (text) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]);

export const passwordIn = ({ html }) => /data-code="(\d{6})"/.exec(html)[1];

export const typed = (pan) => ({ pan, month: '12', year: '30', cv2: '000', action: 'pay' });

/** Types the card and the one-time password, and stops before the return. */
export async function payByHand(page, pan = '4000000000000002', more = {}) {
  const password = await browse(formOf(page, 'card-form').action, { ...typed(pan), ...more });
  return browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
}
