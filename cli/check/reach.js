// Whether an address answers: name, connection, TLS, HTTP, each told apart, because each failure has another cure. Nothing is sent
// but a HEAD, and a GET where HEAD is not understood: no order, no account, no secret.

import http from 'node:http';
import https from 'node:https';

/** @typedef {{ origin: string, url: string, ok: boolean, phase: 'name' | 'connect' | 'tls' | 'http' | 'done', status?: number, code?: string, date?: string, ms: number, middle?: number }} Reached */

/** @param {string} address @param {number} timeoutMs @returns {Promise<Reached>} */
export async function reach(address, timeoutMs) {
  const { origin, pathname } = new URL(address);
  const url = origin + pathname;   // a query may hold what belongs to a payment
  const first = await attempt(url, 'HEAD', timeoutMs);
  const unanswered = first.phase === 'http' && first.code !== 'TIMEOUT' && !first.ok;
  const found = unanswered || first.status === 405 || first.status === 501 ? await attempt(url, 'GET', timeoutMs) : first;
  return { origin, url, ...found };
}

function attempt(url, method, timeoutMs) {
  const began = Date.now();
  const secure = url.startsWith('https:');
  return new Promise((resolve) => {
    let phase = 'name';
    const request = (secure ? https : http).request(url, { method, agent: false, headers: { 'user-agent': 'velopos-check', connection: 'close' } });
    const end = (found) => {
      clearTimeout(timer);
      request.destroy();
      resolve({ phase, ms: Date.now() - began, ...found });
    };
    const timer = setTimeout(() => end({ ok: false, code: 'TIMEOUT' }), timeoutMs);
    request.on('socket', (socket) => {
      socket.on('lookup', (error) => { if (!error) phase = 'connect'; });
      socket.on('connect', () => { phase = secure ? 'tls' : 'http'; });
      socket.on('secureConnect', () => { phase = 'http'; });
      if (/^[\d.]+$|^\[/.test(new URL(url).hostname)) phase = 'connect';
    });
    request.on('response', (response) => {
      phase = 'done';
      const arrived = Date.now();
      end({ ok: true, status: response.statusCode, date: response.headers.date, middle: (began + arrived) / 2 });
    });
    request.on('error', (error) => end({ ok: false, code: codeOf(error) }));
    request.end();
  });
}

/** Several addresses of one name are tried in turn; the first failure speaks for all. */
const codeOf = (error) => error.code ?? error.errors?.[0]?.code ?? error.name;

/** What was found, in the words of findings.js. @param {Reached} found @returns {import('./accounts.js').Finding} */
export function reachFinding({ origin, phase, ok, status, code, ms }, env) {
  const { hostname: host, port, protocol } = new URL(origin);
  const values = { host, port: port || (protocol === 'https:' ? '443' : '80'), status, code, ms, proxy: Boolean(env.HTTPS_PROXY || env.https_proxy) };
  const say = (id, level) => ({ id, level, values });
  if (ok && [401, 403, 407, 451].includes(status)) return say('reach-forbidden', 'warning');
  if (ok && status >= 500 && status !== 501) return say('reach-broken', 'warning');
  if (ok) return say('reach-ok', 'ok');
  if (phase === 'name') return say(code === 'TIMEOUT' ? 'reach-silent' : 'reach-name', 'error');
  if (phase === 'tls' && code !== 'TIMEOUT') return say(/CERT|SIGNED|ISSUER|ALTNAME/.test(code) ? 'reach-certificate' : 'reach-tls', 'error');
  if (code === 'ECONNREFUSED') return say('reach-refused', 'error');
  if (code === 'TIMEOUT' || code === 'ETIMEDOUT') return say(phase === 'http' ? 'reach-slow' : 'reach-silent', 'error');
  return say(code === 'ECONNRESET' ? 'reach-reset' : 'reach-failed', 'error');
}

const GOOD_MS = 30_000;
const BAD_MS = 5 * 60_000;

/** This computer's clock beside the banks'. A Date header counts whole seconds. @param {Reached[]} reached */
export function clockFinding(reached) {
  const told = reached.map(({ date, middle }) => middle - (Date.parse(date) + 500)).filter((ms) => !Number.isNaN(ms));
  if (told.length === 0) return { id: 'clock-unknown', level: 'info' };
  const off = told.sort((a, b) => a - b)[told.length >> 1];
  const values = { seconds: Math.round(Math.abs(off) / 1000), ahead: off > 0 };
  if (Math.abs(off) <= GOOD_MS) return { id: 'clock-ok', level: 'ok', values };
  return { id: 'clock-off', level: Math.abs(off) <= BAD_MS ? 'warning' : 'error', values };
}
