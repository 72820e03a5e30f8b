// The XML API: who may ask, what it does with money, how it answers, and how it fails.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeLatin5, encodeLatin5 } from '../../banks/charset.js';
import { encodeForm } from '../../banks/form.js';
import { ver3Hash } from '../../banks/nestpay-hash.js';
import { startBanks } from '../../banks/server.js';
import { childText, child, element, parseXml } from '../../banks/xml.js';

let banks;
let bank;
let orders = 0;

before(async () => {
  banks = await startBanks({ nestpay: { times: { hangMs: 40, slowMs: 30 } } });
  bank = banks.nestpay;
});
after(() => banks.close());

const url = () => `${banks.url}/nestpay/fim/api`;
const credentials = [
  ['Name', 'simapi'],
  ['Password', 'simpass12'],
  ['ClientId', '190100000'],
];

async function send(children, { raw = false, login = credentials } = {}) {
  const xml = `<?xml version="1.0" encoding="ISO-8859-9"?>\n${element('CC5Request', [...login, ...children])}`;
  const form = {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: encodeForm([['DATA', xml]], 'ISO-8859-9'),
  };
  const response = await fetch(url(), {
    method: 'POST',
    ...(raw ? { headers: { 'content-type': 'application/xml' }, body: encodeLatin5(xml) } : form),
    redirect: 'manual',
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: decodeLatin5(Buffer.from(await response.arrayBuffer())),
  };
}

async function ask(children, options) {
  const { text } = await send(children, options);
  const root = parseXml(text.trim());
  const get = (name) => childText(root, name);
  return {
    get,
    extra: (name) => childText(child(root, 'Extra'), name),
    brief: [get('Response'), get('ProcReturnCode'), childText(child(root, 'Extra'), 'ERRORCODE')],
  };
}

const status = (oid) =>
  ask([
    ['OrderId', oid],
    ['Extra', [['ORDERSTATUS', 'QUERY']]],
  ]);

async function visit(changes = {}, customer) {
  const fields = {
    clientid: '190100000',
    storetype: '3d_pay_hosting',
    amount: '149.90',
    oid: `API${(orders += 1)}`,
    okUrl: 'http://localhost:1/ok',
    failUrl: 'http://localhost:1/fail',
    rnd: 'r',
    lang: 'tr',
    currency: '949',
    taksit: '',
    TranType: 'Auth',
    hashAlgorithm: 'ver3',
    ...changes,
  };
  const back = await bank.visit({ ...fields, hash: ver3Hash(Object.entries(fields), 'SIMSTORE12') }, customer);
  return { oid: fields.oid, back: Object.fromEntries(back.fields ?? []) };
}

const provision = ({ oid, back }, changes = {}) =>
  Object.entries({
    Type: 'Auth',
    OrderId: oid,
    Total: '149.90',
    Currency: '949',
    Taksit: '',
    Number: back.md,
    PayerTxnId: back.xid,
    PayerSecurityLevel: back.eci,
    PayerAuthenticationCode: back.cavv,
    ...changes,
  });

test('status of a paid order: one compound text, amounts in kuruş', async () => {
  const { oid } = await visit();
  const answer = await status(oid);
  assert.deepEqual(answer.brief.slice(0, 2), ['Approved', '00']);
  assert.equal(answer.get('OrderId'), oid);
  assert.match(
    answer.extra('ORDERSTATUS'),
    new RegExp(`^ORD_ID:${oid}\tCHARGE_TYPE_CD:S\tORIG_TRANS_AMT:14990\tCAPTURE_AMT:14990\tTRANS_STAT:C\tAUTH_DTTM:`),
  );
  assert.equal(answer.extra('PAN'), '4000 00** **** 0002');
  assert.equal(answer.extra('ORIG_TRANS_AMT'), '');
});

test('status of an unknown order: the same template, empty', async () => {
  const answer = await status('NOBODY');
  assert.deepEqual(answer.brief.slice(0, 2), ['Declined', '99']);
  assert.equal(
    answer.extra('ORDERSTATUS'),
    'ORD_ID:\tCHARGE_TYPE_CD:\tORIG_TRANS_AMT:\tCAPTURE_AMT:\tTRANS_STAT:\tAUTH_DTTM:\tCAPTURE_DTTM:\tAUTH_CODE:\tTRANS_ID:',
  );
});

test('status in the flat form, with spaces, late, and of a declined order', async () => {
  const { oid } = await visit();
  bank.settings.statusForm = 'both';
  const flat = await status(oid);
  assert.deepEqual([flat.extra('ORIG_TRANS_AMT'), flat.extra('TRANS_STAT'), flat.extra('MDSTATUS')], ['14990', 'C', '1']);
  bank.settings.statusForm = 'compound';
  bank.settings.statusSeparator = ' ';
  assert.match((await status(oid)).extra('ORDERSTATUS'), /CHARGE_TYPE_CD:S ORIG_TRANS_AMT:14990 /);
  bank.settings.statusSeparator = '\t';
  bank.settings.statusLagMs = 60_000;
  assert.deepEqual((await status(oid)).brief.slice(0, 2), ['Declined', '99']);
  bank.settings.statusLagMs = 0;
  const declined = await visit({}, { card: 'insufficient-funds' });
  assert.match((await status(declined.oid)).extra('ORDERSTATUS'), /TRANS_STAT:D/);
});

test('raw XML, Turkish letters and the charset of the answer', async () => {
  const answer = await send(
    [
      ['OrderId', 'X'],
      ['Type', 'Void'],
    ],
    { raw: true },
  );
  assert.match(answer.type, /ISO-8859-9/);
  assert.match(answer.text, /İptal edilmeye uygun satış işlemi bulunamadı/);
});

test('only those who know the password are served', async () => {
  const { oid } = await visit();
  for (const [i, wrong] of [
    [0, 'x'],
    [1, ''],
    [2, '190100001'],
  ]) {
    const login = credentials.map(([name, value], j) => [name, i === j ? wrong : value]);
    assert.deepEqual(
      (
        await ask(
          [
            ['OrderId', oid],
            ['Type', 'Void'],
          ],
          { login },
        )
      ).brief,
      ['Error', '99', 'CORE-2001'],
    );
  }
  assert.equal(bank.find(oid).status, 'paid');
});

test('requests that are no requests', async () => {
  const post = async (body) =>
    (await fetch(url(), { method: 'POST', headers: { 'content-type': 'application/xml' }, body })).text();
  for (const body of [
    '',
    'x',
    '<CC5Request>',
    '<a/>',
    '<!DOCTYPE a><CC5Request/>',
    '<CC5Request><OrderId>1</OrderId><OrderId>2</OrderId></CC5Request>',
    `<CC5Request>${'<a>'.repeat(9)}`,
  ]) {
    assert.match(await post(body), /CORE-5101/);
  }
  assert.equal((await fetch(url())).status, 405);
});

test('provision after 3-D Secure: only with everything that belongs together, and once', async () => {
  const authenticated = await visit({ storetype: '3d_host' });
  const other = await visit({ storetype: '3d_host' });
  for (const changes of [
    { OrderId: other.oid },
    { Total: '1.00' },
    { Currency: '840' },
    { PayerTxnId: other.back.xid },
    { PayerSecurityLevel: '07' },
    { PayerAuthenticationCode: '' },
    { PayerTxnId: '' },
    { Number: other.back.md },
    { Number: 'x:y' },
    { Taksit: '3' },
    { Type: 'PreAuth' },
  ]) {
    assert.deepEqual((await ask(provision(authenticated, changes))).brief, ['Error', '99', '3D-1020'], JSON.stringify(changes));
  }
  assert.deepEqual((await ask(provision(authenticated))).brief, ['Approved', '00', '']);
  assert.deepEqual((await ask(provision(authenticated))).brief, ['Error', '99', '3D-1020'], 'a second time');
  assert.equal(bank.find(authenticated.oid).captured, 14990n);
  const failed = await visit({ storetype: '3d_host' }, { card: '3ds-failed' });
  assert.deepEqual((await ask(provision(failed))).brief, ['Error', '99', '3D-1020']);
  const poor = await visit({ storetype: '3d_host' }, { card: 'insufficient-funds' });
  assert.deepEqual((await ask(provision(poor))).brief, ['Declined', '51', 'ISO8583-51']);
});

test('sale by card number, twice under one order number', async () => {
  const sale = [
    ['Type', 'Auth'],
    ['OrderId', 'DIRECT1'],
    ['Total', '10.00'],
    ['Currency', '949'],
    ['Number', '4000000000000002'],
    ['Expires', '12/30'],
    ['Cvv2Val', '000'],
  ];
  assert.deepEqual((await ask(sale)).brief, ['Approved', '00', '']);
  assert.deepEqual((await ask(sale)).brief, ['Error', '99', 'CORE-2507']);
});

test('a pre-authorisation is captured, never for more than was allowed', async () => {
  const { oid } = await visit({ TranType: 'PreAuth' });
  assert.equal(bank.find(oid).status, 'authorized');
  const capture = (total, extra = []) => ask([['Type', 'PostAuth'], ['OrderId', oid], ['Total', total], ...extra]);
  assert.deepEqual((await capture('150.00')).brief, ['Error', '99', 'CORE-2512']);
  assert.deepEqual((await capture('100.00')).brief, ['Approved', '00', '']);
  assert.deepEqual((await capture('100.00')).brief, ['Error', '99', 'CORE-2509']);
  assert.equal(bank.find(oid).captured, 10000n);
  const dearer = await visit({ TranType: 'PreAuth' });
  const above = await ask([
    ['Type', 'PostAuth'],
    ['OrderId', dearer.oid],
    ['Total', '160.00'],
    ['Extra', [['PREAMT', '149.90']]],
  ]);
  assert.deepEqual(above.brief, ['Approved', '00', '']);
});

test('refunds never exceed what was captured', async () => {
  const { oid } = await visit();
  const credit = (total) => ask([['Type', 'Credit'], ['OrderId', oid], ...(total ? [['Total', total]] : [])]);
  assert.deepEqual((await credit('149.91')).brief, ['Error', '99', 'CORE-2503']);
  assert.deepEqual((await credit('100.00')).brief, ['Approved', '00', '']);
  assert.deepEqual((await credit('49.91')).brief, ['Error', '99', 'CORE-2503']);
  assert.deepEqual((await credit('1,00')).brief, ['Error', '99', 'CORE-5111']);
  assert.deepEqual((await credit()).brief, ['Approved', '00', '']);
  assert.deepEqual((await credit()).brief, ['Error', '99', 'CORE-2504']);
  assert.equal(bank.find(oid).refunded, 14990n);
  assert.equal(bank.find(oid).status, 'refunded');
});

test('void until the end of the day, refund after it', async () => {
  const [first, second] = [await visit(), await visit()];
  const run = (type, oid) =>
    ask([
      ['Type', type],
      ['OrderId', oid],
    ]);
  bank.settings.refundNeedsSettlement = true;
  assert.deepEqual((await run('Credit', first.oid)).brief, ['Error', '99', 'CORE-2508']);
  assert.deepEqual((await run('Void', first.oid)).brief, ['Approved', '00', '']);
  assert.deepEqual((await run('Void', first.oid)).brief, ['Error', '99', 'CORE-2008']);
  assert.match((await status(first.oid)).extra('ORDERSTATUS'), /TRANS_STAT:V/);
  bank.settle();
  assert.deepEqual((await run('Void', second.oid)).brief, ['Error', '99', 'CORE-2511']);
  assert.match((await status(second.oid)).extra('ORDERSTATUS'), /TRANS_STAT:S/);
  assert.deepEqual((await run('Credit', second.oid)).brief, ['Approved', '00', '']);
  bank.settings.refundNeedsSettlement = false;
});

test('history lists every transaction, the newest first', async () => {
  const { oid } = await visit();
  await ask([
    ['Type', 'Credit'],
    ['OrderId', oid],
    ['Total', '10.00'],
  ]);
  const answer = await ask([
    ['OrderId', oid],
    ['Extra', [['ORDERHISTORY', 'QUERY']]],
  ]);
  assert.equal(answer.extra('TRXCOUNT'), '2');
  assert.deepEqual(answer.extra('TRX1').split('\t').slice(0, 4), ['C', 'C', '1000', '1000']);
  assert.deepEqual(answer.extra('TRX2').split('\t').slice(0, 4), ['S', 'C', '14990', '14990']);
});

test('faults: what was done and what was answered are two things', async () => {
  const attempt = async (kind) => {
    const authenticated = await visit({ storetype: '3d_host' });
    bank.fault({ on: 'provision', kind });
    const answer = await send(provision(authenticated)).catch(() => 'lost');
    return { answer, paid: bank.find(authenticated.oid)?.status === 'paid', oid: authenticated.oid };
  };
  const done = {
    'timeout-before': false,
    'timeout-during': true,
    'timeout-after': true,
    'reset-before': false,
    'reset-after': true,
  };
  for (const [kind, paid] of Object.entries(done)) {
    const result = await attempt(kind);
    assert.deepEqual([result.answer, result.paid], ['lost', paid], kind);
  }
  for (const [kind, code, paid] of [
    ['http-500-before', 500, false],
    ['http-500-after', 500, true],
    ['html-before', 200, false],
    ['html-after', 200, true],
    ['redirect-before', 302, false],
  ]) {
    const result = await attempt(kind);
    assert.deepEqual([result.answer.status, result.paid, /<html>/.test(result.answer.text)], [code, paid, true], kind);
  }
  const truncated = await attempt('truncated');
  assert.throws(() => parseXml(truncated.answer.text.trim()));
  assert.equal((await attempt('duplicate-tag')).answer.text.match(/<Response>/g).length, 2);
  const misnamed = await attempt('wrong-order');
  assert.ok(misnamed.answer.text.includes(`<OrderId>${misnamed.oid}X</OrderId>`));
  assert.deepEqual((await attempt('none-such')).answer.status, 200);
});

test('while a provision hangs the money is not there yet, and then it is', async () => {
  const authenticated = await visit({ storetype: '3d_host' });
  bank.fault({ on: 'provision', kind: 'timeout-during' });
  const lost = send(provision(authenticated)).catch(() => 'lost');
  await new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
  assert.deepEqual((await status(authenticated.oid)).brief.slice(0, 2), ['Declined', '99']);
  assert.equal(await lost, 'lost');
  assert.deepEqual((await status(authenticated.oid)).brief.slice(0, 2), ['Approved', '00']);
});
