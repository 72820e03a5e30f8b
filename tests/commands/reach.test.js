// Whether an address answers, and what it means if it does not: each way of failing is made here, on this machine.
import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { FINDINGS } from '../../cli/check/findings.js';
import { clockFinding, reach, reachFinding } from '../../cli/check/reach.js';

/** @param {import('node:test').TestContext} t */
async function listening(t, server) {
  const sockets = new Set();
  server.on('connection', (socket) => { sockets.add(socket); });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return server.address().port;
}

const answering = (status, headers = {}) => createHttp((request, response) => { response.writeHead(status, headers).end(); });
const found = async (url, timeoutMs = 20_000) => reachFinding(await reach(url, timeoutMs), {});

test('an answer is an answer, whatever it says; a closed door is told apart', async (t) => {
  for (const [status, id] of [[200, 'reach-ok'], [404, 'reach-ok'], [302, 'reach-ok'], [405, 'reach-ok'], [501, 'reach-ok'], [403, 'reach-forbidden'], [407, 'reach-forbidden'], [451, 'reach-forbidden'], [503, 'reach-broken']]) {
    const port = await listening(t, answering(status, { location: 'http://127.0.0.1:1/' }));
    const { id: said, values } = await found(`http://127.0.0.1:${port}/fim/api?order=1`);
    assert.deepEqual([said, values.status, values.host, values.port], [id, status, '127.0.0.1', String(port)]);
  }
});

test('nobody listens', async (t) => {
  const server = createServer();
  const port = await listening(t, server);
  await new Promise((resolve) => { server.close(resolve); });
  assert.equal((await found(`http://127.0.0.1:${port}/`)).id, 'reach-refused');
});

test('a connection without an answer', async (t) => {
  const port = await listening(t, createServer(() => {}));
  assert.equal((await found(`http://127.0.0.1:${port}/`, 300)).id, 'reach-slow');
  assert.equal((await found(`https://127.0.0.1:${port}/`, 300)).id, 'reach-silent', 'TLS that is never answered is silence');
});

test('a connection that is cut', async (t) => {
  const port = await listening(t, createServer((socket) => { socket.once('data', () => socket.resetAndDestroy()); }));
  assert.equal((await found(`http://127.0.0.1:${port}/`)).id, 'reach-reset');
});

test('a server that does not speak TLS', async (t) => {
  const port = await listening(t, answering(200));
  assert.equal((await found(`https://127.0.0.1:${port}/`)).id, 'reach-tls');
});

test('a server that cuts HEAD is asked with GET', async (t) => {
  const heard = [];
  const port = await listening(t, createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const [method] = data.toString().split(' ');
      heard.push(method);
      if (method === 'HEAD') socket.resetAndDestroy();
      else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
  }));
  assert.equal((await found(`http://127.0.0.1:${port}/`)).id, 'reach-ok');
  assert.deepEqual(heard, ['HEAD', 'GET']);
});

test('what cannot be made on one machine is told by its code', () => {
  const say = (reached) => reachFinding({ origin: 'https://bank.example:8443', url: '', ok: false, ms: 1, ...reached }, { HTTPS_PROXY: 'http://proxy' });
  for (const [phase, code, id] of [
    ['name', 'ENOTFOUND', 'reach-name'], ['name', 'EAI_AGAIN', 'reach-name'], ['name', 'TIMEOUT', 'reach-silent'], ['connect', 'TIMEOUT', 'reach-silent'], ['connect', 'ETIMEDOUT', 'reach-silent'],
    ['connect', 'EHOSTUNREACH', 'reach-failed'], ['connect', 'ECONNREFUSED', 'reach-refused'], ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'reach-certificate'], ['tls', 'CERT_HAS_EXPIRED', 'reach-certificate'],
    ['tls', 'ERR_TLS_CERT_ALTNAME_INVALID', 'reach-certificate'], ['tls', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'reach-certificate'], ['tls', 'ECONNRESET', 'reach-tls'], ['http', 'ECONNRESET', 'reach-reset'],
    ['http', 'TIMEOUT', 'reach-slow'],
  ]) {
    const { id: said, level, values } = say({ phase, code });
    assert.deepEqual([said, level, values.port, values.proxy], [id, 'error', '8443', true], `${phase} ${code}`);
    assert.ok(FINDINGS.includes(said));
  }
});

test('the clock, beside what banks say of theirs', () => {
  const at = Date.parse('2026-11-22T10:00:00Z');
  const told = (...offsets) => clockFinding(offsets.map((offset) => ({ date: new Date(at).toUTCString(), middle: at + 500 + offset })));
  for (const [offsets, id, level] of [
    [[0], 'clock-ok', 'ok'], [[20_000], 'clock-ok', 'ok'], [[-29_000], 'clock-ok', 'ok'], [[31_000], 'clock-off', 'warning'], [[-299_000], 'clock-off', 'warning'],
    [[3_600_000], 'clock-off', 'error'], [[-86_400_000], 'clock-off', 'error'], [[0, 0, 3_600_000], 'clock-ok', 'ok'], [[], 'clock-unknown', 'info'],
  ]) assert.deepEqual([told(...offsets).id, told(...offsets).level], [id, level], String(offsets));
  assert.deepEqual(told(60_000).values, { seconds: 60, ahead: true });
  assert.deepEqual(told(-60_000).values, { seconds: 60, ahead: false });
  assert.equal(clockFinding([{ middle: at }, { date: 'yesterday', middle: at }]).id, 'clock-unknown');
});

test('a clock that is far off is found at a real server', async (t) => {
  const port = await listening(t, answering(200, { date: new Date(Date.now() - 3 * 3_600_000).toUTCString() }));
  const { id, values } = clockFinding([await reach(`http://127.0.0.1:${port}/`, 20_000)]);
  assert.deepEqual([id, values.ahead, Math.round(values.seconds / 600)], ['clock-off', true, 18]);
});
