// The server around the banks: who may reach it, the pages about the banks, the settings, and the attacker's panel.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { parseForm, valueOf } from '../../banks/form.js';
import { ver3Hash } from '../../banks/nestpay-hash.js';
import { notificationHash } from '../../banks/paytr-hash.js';
import { startBanks } from '../../banks/server.js';
import { startShop } from './fake-shop.js';

const STORE_KEY = 'SIMSTORE12';
let shop;
let banks;
let orders = 0;

before(async () => {
  shop = await startShop(() => ({ status: 400, body: 'SIGNATURE_INVALID' }));
  banks = await startBanks({
    shopOrigin: shop.origin,
    iyzico: { times: { webhookFirstMs: 1, webhookRepeats: 0 } },
    paytr: { times: { repeats: 0 } },
  });
});
after(() => Promise.all([shop.close(), banks.close()]));

async function visitNestpay(card, storetype = '3d_pay_hosting', more = {}) {
  const fields = {
    clientid: '190100000',
    storetype,
    amount: '149.90',
    oid: `SRV${(orders += 1)}`,
    okUrl: `${shop.origin}/ok`,
    failUrl: `${shop.origin}/fail`,
    rnd: 'r',
    lang: 'tr',
    currency: '949',
    taksit: '',
    TranType: 'Auth',
    hashAlgorithm: 'ver3',
    ...more,
  };
  await banks.nestpay.visit({ ...fields, hash: ver3Hash(Object.entries(fields), STORE_KEY) }, { card });
  return banks.nestpay.messages().at(-1);
}

async function control(path, order, headers = {}) {
  const response = await fetch(banks.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: banks.url, 'x-control-token': banks.controlToken, ...headers },
    body: JSON.stringify(order),
  });
  return { status: response.status, ...(await response.json()) };
}

const attack = (order) => control('/attacker/send', order);
const verifies = (body) => {
  const fields = parseForm(Buffer.from(body));
  return valueOf(fields, 'HASH') === ver3Hash(fields, STORE_KEY);
};

test('every page says what it is, in Turkish and in English, with no outside resource', async () => {
  await visitNestpay('success');
  for (const path of ['/', '/cards', '/ledger', '/messages', '/attacker', '/control', '/nothing']) {
    for (const language of ['tr', 'en']) {
      const response = await fetch(`${banks.url}${path}?lang=${language}`);
      const text = await response.text();
      assert.ok(text.includes('SİMÜLASYON – gerçek banka değildir'), path);
      assert.match(response.headers.get('content-security-policy'), /default-src 'none'/);
      assert.ok(
        !/(?:src|href)="https?:/.test(text.replaceAll(shop.origin, '').replaceAll('href=""', '')),
        `${path} loads nothing from elsewhere`,
      );
    }
  }
});

test('loopback only, under its own name only', async () => {
  await assert.rejects(startBanks({ host: '0.0.0.0' }), /loopback/);
  const ask = (host, method = 'GET') =>
    new Promise((resolve, reject) => {
      request(`${banks.url}/ledger?x=1`, { method, headers: { host } }, (response) => {
        response.resume();
        resolve(response);
      })
        .on('error', reject)
        .end();
    });
  assert.equal((await ask('bank.example')).statusCode, 421);
  const moved = await ask(`localhost:${new URL(banks.url).port}`);
  assert.deepEqual([moved.statusCode, moved.headers.location], [307, `${banks.url}/ledger?x=1`]);
  assert.equal((await ask(`localhost:${new URL(banks.url).port}`, 'POST')).statusCode, 421);
});

test('a body that is too long is refused', async () => {
  const response = await fetch(`${banks.url}/nestpay/fim/api`, { method: 'POST', body: 'a'.repeat(300 * 1024) }).catch(() => ({
    status: 413,
  }));
  assert.equal(response.status, 413);
});

test('controls want our own origin and the token', async () => {
  const order = { bank: 'nestpay', settings: { statusForm: 'flat' } };
  assert.equal((await control('/control', order, { 'x-control-token': 'x' })).status, 403);
  assert.equal((await control('/control', order, { origin: shop.origin })).status, 403);
  assert.equal(banks.nestpay.settings.statusForm, 'compound');
  assert.equal((await control('/control', order)).status, 200);
  assert.equal(banks.nestpay.settings.statusForm, 'flat');
  assert.match((await control('/control', { bank: 'nestpay', settings: { statusForms: 'x' } })).error, /no setting/);
  assert.match((await control('/control', { bank: 'nestpay', settings: { omit: 'x' } })).error, /another type/);
  assert.match((await control('/control', { bank: 'nestpay', fault: { kind: 'x' } })).error, /not one of/);
  assert.match((await control('/control', { bank: 'hasOwnProperty' })).error, /no bank/);
  assert.equal(
    (
      await control('/control', {
        bank: 'nestpay',
        settings: { statusForm: 'compound' },
        fault: { on: 'status', kind: 'html-before' },
        clearFaults: true,
      })
    ).status,
    200,
  );
});

test('the ledger and the messages as JSON', async () => {
  const message = await visitNestpay('insufficient-funds');
  const ledger = await (await fetch(`${banks.url}/ledger.json`)).json();
  assert.deepEqual(
    ledger.filter(({ orderId }) => orderId === message.orderId).map(({ status, code, minor }) => [status, code, minor]),
    [['declined', '51', '14990']],
  );
  const messages = await (await fetch(`${banks.url}/messages.json`)).json();
  assert.ok(messages.some(({ id }) => id === message.id));
});

test('with a shop, a bank sends to that shop only: a form from anywhere does not make it call other programs of this machine', async () => {
  const other = await startShop();
  try {
    await visitNestpay('success', '3d_pay_hosting', { callbackUrl: `${other.origin}/admin/delete?all=1` });
    const asBrowser = await fetch(`${banks.url}/nestpay/fim/est3Dgate`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({
        clientid: '190100000', storetype: '3d_pay_hosting', hash: 'bad', hashAlgorithm: 'ver3',
        okUrl: `${other.origin}/ok`, failUrl: `${other.origin}/fail`, callbackUrl: `${other.origin}/callback`,
      }),
    });
    assert.match(await asBrowser.text(), /okUrl/);
    assert.equal((await banks.courier.post({ url: `${other.origin}/x`, headers: {}, body: '' })).lost, 'forbidden');
    assert.equal((await banks.courier.post({ url: `${shop.origin}/x`, headers: {}, body: '' })).status, 400);
    assert.deepEqual(other.visits, []);
  } finally {
    await other.close();
  }
});

test('attacks on a callback: replay, edit, drop, empty, duplicate, elsewhere', async () => {
  const message = await visitNestpay('insufficient-funds');
  const replay = await attack({ message: message.id, attack: 'replay' });
  assert.deepEqual([replay.request.body, replay.answer.status, replay.answer.body], [message.body, 400, 'SIGNATURE_INVALID']);
  assert.equal(shop.visits.at(-1).body, message.body);
  const fields = async (order) => parseForm(Buffer.from((await attack({ message: message.id, ...order })).request.body));
  const edited = await fields({ attack: 'edit', field: 'ProcReturnCode', value: '00' });
  assert.equal(valueOf(edited, 'ProcReturnCode'), '00');
  assert.equal(edited.length, parseForm(Buffer.from(message.body)).length);
  assert.equal(valueOf(await fields({ attack: 'drop-signature' }), 'HASH'), undefined);
  assert.equal(valueOf(await fields({ attack: 'empty-signature' }), 'HASH'), '');
  assert.equal(
    (await fields({ attack: 'duplicate', field: 'mdStatus', value: '1' })).filter(([name]) => name === 'mdStatus').length,
    2,
  );
  await attack({ message: message.id, attack: 'elsewhere', url: `${shop.origin}/ok/other` });
  assert.equal(shop.visits.at(-1).path, '/ok/other');
});

test('attack by relabelling: a failed authentication reads as a success and the digest still holds', async () => {
  const message = await visitNestpay('3ds-failed', '3d_host');
  const { request: sent, missing } = await attack({ message: message.id, attack: 'relabel' });
  assert.ok(verifies(sent.body));
  const fields = parseForm(Buffer.from(sent.body));
  assert.deepEqual(
    [valueOf(fields, 'mdStatus'), valueOf(fields, 'oid'), valueOf(fields, 'amount')],
    ['1', message.orderId, '149.90'],
  );
  assert.deepEqual(missing, ['okUrl'], 'an echo had to go');
});

test('attacks on a notification and on a webhook', async () => {
  const secrets = { merchantKey: 'simPaytrKey12345', merchantSalt: 'simPaytrSalt6789' };
  const hash = notificationHash({ merchant_oid: 'A', status: 'success', total_amount: '1050' }, secrets);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const notification = banks.courier.record({
    system: 'paytr',
    kind: 'notification',
    via: 'server',
    orderId: 'A',
    url: `${shop.origin}/n`,
    headers: form,
    body: new URLSearchParams({ merchant_oid: 'A', status: 'success', total_amount: '1050', hash }).toString(),
  });
  const { request: resplit } = await attack({ message: notification.id, attack: 'resplit' });
  const fields = Object.fromEntries(new URLSearchParams(resplit.body));
  assert.deepEqual([fields.status, fields.total_amount, notificationHash(fields, secrets)], ['success1', '050', hash]);

  await banks.iyzico.sendWebhook({
    event: banks.iyzico.directEvent({ paymentId: '22484059', status: 'FAILURE' }),
    url: `${shop.origin}/hook`,
  });
  const webhook = banks.iyzico.messages().at(-1);
  const old = await attack({ message: webhook.id, attack: 'old-header' });
  assert.equal(shop.visits.at(-1).headers['x-iyz-signature'], webhook.headers['x-iyz-signature-v3']);
  assert.equal(old.request.headers['x-iyz-signature-v3'], undefined);
  const edited = await attack({ message: webhook.id, attack: 'edit', field: 'status', value: 'SUCCESS' });
  assert.equal(JSON.parse(edited.request.body).status, 'SUCCESS');
  assert.match(
    (await attack({ message: webhook.id, attack: 'edit', field: 'paymentId', value: '7' })).request.body,
    /"paymentId":7,/,
  );
  assert.match(
    (await attack({ message: webhook.id, attack: 'duplicate', field: 'status', value: 'SUCCESS' })).request.body,
    /^\{"status":"SUCCESS",.*"status":"FAILURE"/,
  );
});

test('the panel sends to the shop and to nobody else, and only what makes sense', async () => {
  const message = await visitNestpay('success');
  const seen = shop.visits.length;
  assert.match((await attack({ message: message.id, attack: 'elsewhere', url: 'http://127.0.0.1:1/x' })).error, /only/);
  assert.match((await attack({ message: message.id, attack: 'resplit' })).error, /does not fit/);
  assert.match((await attack({ message: 'x', attack: 'replay' })).error, /not there/);
  const lonely = await startBanks();
  lonely.courier.record({ ...message, id: 'm1' });
  const response = await fetch(`${lonely.url}/attacker/send`, {
    method: 'POST',
    headers: { origin: lonely.url, 'x-control-token': lonely.controlToken },
    body: JSON.stringify({ message: 'm1', attack: 'replay' }),
  });
  assert.match((await response.json()).error, /without the address of a shop/);
  await lonely.close();
  assert.equal(shop.visits.length, seen);
});
