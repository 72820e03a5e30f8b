// NestPay's hosted page: the form that the browser posts, and the signed return that says what the bank did.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createPos } from 'velopos';
import { declined, fieldsOfBody, hostedFields, hostedReturn, notAuthenticated, signedBody, body, compoundStatus, unknownOrder } from './gate/nestpay.js';
import { isBelief, outcomeOf, refuses } from './outcome.js';
import { ver3, ver3Latin5, ver3Plaintext } from './oracle/nestpay.js';
import { isbank, isbankLive, isbankWithoutApi, order, secretsIn } from './shop.js';

const bank = createPos(isbank);
const { redirect, order: stored } = bank.step.start(order);
const callback = (results, pos = bank, of = stored) => pos.step.callback(of, hostedReturn(redirect.fields, results));

describe('the form', () => {
  test('is a form for the bank, signed with ver3', () => {
    assert.equal(redirect.kind, 'form');
    const { hash, ...signed } = redirect.fields;
    assert.equal(hash, ver3(Object.entries(signed), 'SIMSTORE12'));
  });
  test('carries the documented fields and nothing else', () => {
    const { rnd, hash, ...fields } = redirect.fields;
    assert.deepEqual(fields, {
      clientid: '190100000', storetype: '3d_pay_hosting', amount: '149.90', oid: order.id, okUrl: order.urls.ok, failUrl: order.urls.fail, lang: 'tr', currency: '949',
      taksit: '', TranType: 'Auth', hashAlgorithm: 'ver3',
    });
    assert.ok(rnd.length >= 16);
  });
  test('no text of the customer ever enters it', () => {
    const text = JSON.stringify(bank.step.start({ ...order, customer: { ...order.customer, name: 'Approved', email: 'mdStatus1@example.com' }, basket: [{ name: '00', price: '149.90', quantity: 1 }] }).redirect);
    for (const typed of ['Ayşe', 'ayse@', '0532', '85.34', 'Çini', 'mdStatus1']) assert.ok(!text.includes(typed), typed);
  });
  test('callbackUrl only when there is an address to notify', () => {
    const { fields } = bank.step.start({ ...order, urls: { ...order.urls, notify: 'https://shop.example/_functions/bankNotification' } }).redirect;
    assert.equal(fields.callbackUrl, 'https://shop.example/_functions/bankNotification');
    assert.equal('callbackUrl' in redirect.fields, false);
  });
  test('instalments, pre-authorisation, language', () => {
    const fields = (changes) => bank.step.start({ ...order, ...changes }).redirect.fields;
    assert.equal(fields({ installments: 3 }).taksit, '3');
    assert.equal(fields({ installments: 1 }).taksit, '');
    assert.equal(fields({ type: 'preauth' }).TranType, 'PreAuth');
    assert.equal(fields({ type: 'sale' }).TranType, 'Auth');
    assert.equal(fields({ customer: { language: 'en' } }).lang, 'en');
    assert.equal(fields({ customer: undefined, basket: undefined }).lang, 'tr');
  });
  test('every start has its own random', () => {
    assert.equal(new Set(Array.from({ length: 200 }, () => bank.step.start(order).redirect.fields.rnd)).size, 200);
  });
  test('neither the form nor the stored order holds a secret', () => assert.deepEqual(secretsIn(JSON.stringify([redirect, stored])), []));
  test("İş Bankası's own addresses", () => {
    assert.equal(createPos(isbankLive).step.start(order).redirect.action, 'https://sanalpos.isbank.com.tr/fim/est3Dgate');
    assert.ok(['https://entegrasyon.asseco-see.com.tr/fim/est3Dgate', 'https://istest.asseco-see.com.tr/fim/est3Dgate'].includes(redirect.action), redirect.action);
  });
});

describe('a genuine return', () => {
  test('approved: paid, proven by the signature', () => {
    const { payment, order: after } = callback();
    assert.equal(payment.status, 'paid');
    assert.equal(payment.proof, 'signature');
    assert.deepEqual([payment.orderId, payment.amount, payment.currency, payment.mode], [order.id, '149.90', 'TRY', 'test']);
    assert.equal(String(payment.threeDS.mdStatus), '1');
    assert.equal(payment.threeDS.liability, 'issuer');
    assert.ok(!payment.review);
    assert.equal(after.id, order.id);
    assert.ok(payment.charged === undefined || payment.charged === '149.90');
  });
  test('pre-authorised: authorized, not paid', () => {
    const preauth = bank.step.start({ ...order, type: 'preauth' });
    assert.equal(bank.step.callback(preauth.order, hostedReturn(preauth.redirect.fields)).payment.status, 'authorized');
  });
  test('as text, or as a body with headers', () => {
    const text = hostedReturn(redirect.fields);
    assert.deepEqual(bank.step.callback(stored, { body: text, headers: { 'content-type': 'application/x-www-form-urlencoded' } }), bank.step.callback(stored, text));
    assert.deepEqual(bank.step.callback(stored, { body: text }), bank.step.callback(stored, text));
  });
  test('in any order of fields', () => {
    const fields = fieldsOfBody(hostedReturn(redirect.fields));
    assert.equal(bank.step.callback(stored, body(fields.reverse())).payment.status, 'paid');
  });
  test('with dots in names or with the underscores PHP makes of them', () => {
    const mangled = hostedFields(redirect.fields).map(([name, value]) => [name.replaceAll('.', '_'), value]);
    assert.equal(bank.step.callback(stored, signedBody(mangled)).payment.status, 'paid');
  });
  test('with the fields that are not signed, whatever they say', () => {
    const signed = fieldsOfBody(hostedReturn(redirect.fields));
    const plain = bank.step.callback(stored, body(signed)).payment;
    for (const extra of [[['countdown', '5']], [['nationalidno', '1']], [['NATIONALIDNO', 'Approved']], [['encoding', 'UTF-8']]]) {
      const without = signed.filter(([name]) => !extra.some(([added]) => added.toLowerCase() === name.toLowerCase()));
      assert.deepEqual(bank.step.callback(stored, body([...without, ...extra])).payment, plain);
    }
  });
  test('with the hash as HASH or hash', () => {
    const fields = hostedFields(redirect.fields);
    assert.equal(bank.step.callback(stored, body([...fields, ['hash', ver3(fields, 'SIMSTORE12')]])).payment.status, 'paid');
  });
  test('percent-encoding in lower case, and spaces as %20', () => {
    const text = hostedReturn(redirect.fields).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()).replaceAll('+', '%20');
    assert.equal(bank.step.callback(stored, text).payment.status, 'paid');
  });
  test('Turkish card issuer in UTF-8 or in ISO-8859-9', () => {
    const fields = hostedFields(redirect.fields, { 'EXTRA.CARDISSUER': 'TÜRKİYE İŞ BANKASI' });
    assert.equal(bank.step.callback(stored, signedBody(fields)).payment.status, 'paid');
    const latin5 = (text) => text.replaceAll('Ü', '%DC').replaceAll('İ', '%DD').replaceAll('Ş', '%DE').replaceAll(' ', '+');
    const encoded = (pairs) => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${name === 'EXTRA.CARDISSUER' ? latin5(value) : encodeURIComponent(value)}`).join('&');
    for (const hash of [ver3(fields, 'SIMSTORE12'), ver3Latin5(fields, 'SIMSTORE12')]) {
      assert.equal(bank.step.callback(stored, encoded([...fields, ['HASH', hash]])).payment.status, 'paid', 'bytes of ISO-8859-9');
    }
  });
  test('with pipes, backslashes and JSON inside values', () => {
    assert.equal(callback({ 'TDS2.AResExtensions': '[{"name":"a|b\\c","data":{"v":"2.0"}}]', ErrMsg: 'x\\|y' }).payment.status, 'paid');
  });
  test('the same order read back from JSON', () => {
    assert.equal(callback({}, bank, JSON.parse(JSON.stringify(stored))).payment.status, 'paid');
  });
  test('twice: the same payment, the same dedupeKey', () => {
    assert.deepEqual(callback(), callback());
    const other = bank.step.start({ ...order, id: 'Another8sVx2bNw6zRy0' });
    assert.notEqual(callback().payment.dedupeKey, bank.step.callback(other.order, hostedReturn(other.redirect.fields)).payment.dedupeKey);
  });
  test('dedupeKey is made of nothing that the callback says', () => {
    const again = callback({ TransId: 'another', AuthCode: 'Q11111', HostRefNum: '1', rnd: 'other', md: 'x' });
    assert.equal(again.payment.dedupeKey, callback().payment.dedupeKey);
  });
  test('no card number of the callback comes back whole', () => {
    const { payment } = callback({ ErrMsg: 'card 4508034508034509', 'EXTRA.HOSTMSG': '4508 0345 0803 4509 4508034508034509' });
    assert.ok(!JSON.stringify(payment).includes('4508034508034509'));
  });
});

describe('a genuine decline', () => {
  const cases = [
    ['51', 'Yetersiz bakiye', 'insufficient-funds', 3012],
    ['54', 'Suresi dolmus kart', 'expired-card', 3013],
    ['05', 'Onaylanmadi', /^(?!insufficient-funds|expired-card|3ds-failed).+/, /^\d{4}$/],
    ['12', 'Gecersiz islem', /.+/, /^\d{4}$/],
    ['99', 'Genel hata', /.+/, /^\d{4}$/],
    ['ZZ', 'Bilinmeyen', /.+/, /^\d{4}$/],
  ];
  for (const [code, words, reason, wix] of cases) {
    test(`${code}: ${words}`, () => {
      const { payment } = callback(declined(code, words));
      assert.deepEqual([payment.status, payment.proof], ['declined', 'signature']);
      assert.match(payment.decline.reason, reason instanceof RegExp ? reason : new RegExp(`^${reason}$`));
      assert.match(String(payment.decline.wixReasonCode), wix instanceof RegExp ? wix : new RegExp(`^${wix}$`));
      assert.equal(payment.decline.bankCode, code);
      assert.ok(payment.decline.message.tr.length > 5 && payment.decline.message.en.length > 5);
      assert.notEqual(payment.decline.message.tr, payment.decline.message.en);
      assert.equal(typeof payment.decline.wixReasonCode, 'number');
    });
  }
  test('3-D Secure failed', () => {
    const { payment } = callback(notAuthenticated);
    assert.equal(payment.status, 'declined');
    assert.equal(payment.decline.reason, '3ds-failed');
    assert.equal(payment.decline.wixReasonCode, 3004);
    assert.notEqual(payment.threeDS?.liability, 'issuer');
  });
  test('the wrong store key at the bank (mdStatus 7) is no payment', () => {
    const outcome = callback({ mdStatus: '7', mdErrorMsg: 'Guvenlik Kodu hatali', Response: 'Error', ProcReturnCode: '99', AuthCode: '' });
    assert.notEqual(outcome.payment?.status, 'paid');
  });
  test("the bank's words are cleaned: no card number, no control character", () => {
    const { payment } = callback(declined('05', 'Kart 4508034508034509 \u0007reddedildi'));
    assert.doesNotMatch(payment.decline.bankMessage, /4508034508034509|[\u0000-\u001f\u007f]/);
    assert.match(payment.decline.bankMessage, /reddedildi/);
  });
  test('approval needs both words: Response and ProcReturnCode', async () => {
    for (const halves of [{ Response: 'Approved', ProcReturnCode: '05' }, { Response: 'Declined', ProcReturnCode: '00' }, { Response: 'Error', ProcReturnCode: '00' }, { Response: 'Approved', ProcReturnCode: '' },
      { Response: '', ProcReturnCode: '00' }, { Response: undefined }, { ProcReturnCode: undefined }, { Response: undefined, ProcReturnCode: undefined }, { Response: 'approved' }, { Response: 'APPROVED' },
      { ProcReturnCode: '0' }, { ProcReturnCode: '000' }, { Response: 'Approved ' }, { ProcReturnCode: ' 00' }]) {
      const outcome = await outcomeOf(() => callback(halves));
      assert.doesNotMatch(outcome, /^(paid|authorized)/, `${JSON.stringify(halves)}: ${outcome}`);
    }
  });
});

describe('mdStatus and the policy', () => {
  const attempted = createPos({ ...isbank, threeDS: 'attempted' });
  test('1 is full authentication for everybody', () => {
    for (const pos of [bank, attempted]) assert.equal(callback({ mdStatus: '1' }, pos).payment.threeDS.liability, 'issuer');
  });
  for (const mdStatus of ['2', '3', '4']) {
    test(`${mdStatus}: an approval is money only where attempts are accepted`, () => {
      assert.equal(callback({ mdStatus }).type, 'send');
      const { payment } = callback({ mdStatus }, attempted);
      assert.deepEqual([payment.status, payment.proof, String(payment.threeDS.mdStatus)], ['paid', 'signature', mdStatus]);
      if (mdStatus !== '4') assert.equal(payment.threeDS.liability, 'merchant');
    });
  }
  for (const mdStatus of ['0', '5', '6', '7', '8', '9']) {
    test(`${mdStatus}: an approval is never accepted and never called declined`, () => {
      for (const pos of [bank, attempted]) {
        const step = callback({ mdStatus }, pos);
        assert.deepEqual([step.type, step.moves], ['send', false]);
      }
    });
  }
  test('approved without an accepted mdStatus: the inquiry finds the money, and says who bears the risk', () => {
    const asked = callback({ mdStatus: '4' });
    const { payment } = bank.step.reply(asked.order, asked.then, { status: 200, body: compoundStatus(order.id) });
    assert.deepEqual([payment.status, payment.proof, payment.threeDS.liability, payment.review], ['paid', 'reply', 'merchant', true]);
    assert.equal(payment.dedupeKey, callback().payment.dedupeKey);
  });
  test('… or finds none', () => {
    const asked = callback({ mdStatus: '4' });
    const { payment } = bank.step.reply(asked.order, asked.then, { status: 200, body: unknownOrder(order.id) });
    assert.deepEqual([payment.status, payment.proof], ['pending', 'none']);
  });
  test('… and without API credentials stays pending', () => {
    const pos = createPos(isbankWithoutApi);
    const { payment } = callback({ mdStatus: '4' }, pos, pos.step.start(order).order);
    assert.deepEqual([payment.status, payment.proof], ['pending', 'none']);
  });
  for (const mdStatus of ['A', '11', '-1', '1 ', '01', '１', '']) {
    test(`unknown mdStatus ${JSON.stringify(mdStatus)} is refused by name`, () => refuses(() => callback({ mdStatus }), ['MALFORMED'], 'mdStatus'));
  }
  test('a missing mdStatus is never believed', async () => {
    assert.ok(!isBelief(await outcomeOf(() => callback({ mdStatus: undefined }))));
  });
});

describe('about something else, with a correct signature', () => {
  test('another order', () => refuses(() => callback({ oid: 'Other4mPq8sVx2bNw6zRy', ReturnOid: 'Other4mPq8sVx2bNw6zRy' }), 'ORDER_MISMATCH', 'oid'));
  test('another amount', () => {
    for (const amount of ['1.00', '149.91', '14990', '149.9000001', '1499.0', '0.00', '', '-149.90', '149,90']) refuses(() => callback({ amount }), ['AMOUNT_MISMATCH', 'MALFORMED'], 'amount');
    refuses(() => callback({ amount: '149.89' }), 'AMOUNT_MISMATCH', 'amount');
  });
  test('another currency', () => {
    for (const currency of ['840', '', 'TRY']) refuses(() => callback({ currency }), ['CURRENCY_MISMATCH', 'MALFORMED'], 'currency');
  });
  test('another merchant', () => refuses(() => callback({ clientid: '190100001' }), 'MERCHANT_MISMATCH', 'clientid'));
  for (const [name, code] of [['oid', 'ORDER_MISMATCH'], ['amount', 'AMOUNT_MISMATCH'], ['currency', 'CURRENCY_MISMATCH'], ['clientid', 'MERCHANT_MISMATCH']]) {
    test(`${name} absent`, () => refuses(() => callback({ [name]: undefined }), [code, 'MALFORMED', 'ECHO_MISMATCH'], name));
  }
  test('the same amount written otherwise is not another amount', async () => {
    const outcome = await outcomeOf(() => callback({ amount: '149.9' }));
    assert.doesNotMatch(outcome, /^refused AMOUNT/);
  });
  test('the cheap order paid, the dear order asked', () => {
    const cheap = bank.step.start({ ...order, id: 'Cheap4mPq8sVx2bNw6zR', amount: '1.00' });
    const paidForCheap = hostedReturn(cheap.redirect.fields);
    assert.equal(bank.step.callback(cheap.order, paidForCheap).payment.status, 'paid');
    refuses(() => bank.step.callback(stored, paidForCheap), 'ORDER_MISMATCH', 'oid');
  });
});

describe('damaged or forged', () => {
  const genuine = fieldsOfBody(hostedReturn(redirect.fields));
  const edited = (name, value) => body(genuine.map(([n, v]) => [n, n === name ? value : v]));
  test('every signed field that is edited breaks the signature or is refused for what it says', () => {
    for (const [name, value] of genuine) {
      if (['encoding'].includes(name)) continue;
      refuses(() => bank.step.callback(stored, edited(name, `${value}1`)), ['SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'MALFORMED', 'ORDER_MISMATCH', 'AMOUNT_MISMATCH', 'CURRENCY_MISMATCH', 'MERCHANT_MISMATCH']);
    }
  });
  test('a decline edited into an approval', () => {
    const fields = hostedFields(redirect.fields, declined('51', 'Yetersiz bakiye'));
    const forged = fields.map(([name, value]) => [name, { Response: 'Approved', ProcReturnCode: '00' }[name] ?? value]);
    refuses(() => bank.step.callback(stored, body([...forged, ['HASH', ver3(fields, 'SIMSTORE12')]])), 'SIGNATURE_INVALID', /hash/i);
  });
  test('HASH missing, empty, of the wrong length, in another case, padded', () => {
    const without = genuine.filter(([name]) => name !== 'HASH');
    const hash = genuine.find(([name]) => name === 'HASH')[1];
    refuses(() => bank.step.callback(stored, body(without)), 'SIGNATURE_MISSING', /hash/i);
    for (const empty of ['', ' ']) refuses(() => bank.step.callback(stored, edited('HASH', empty)), ['SIGNATURE_MISSING', 'SIGNATURE_INVALID'], /hash/i);
    for (const wrong of [hash.slice(0, -4), hash.toLowerCase(), `${hash} `, ` ${hash}`, `${hash}\n`, hash.replaceAll('=', ''), 'A'.repeat(88), hash.replaceAll('+', ' '), Buffer.from(hash, 'base64').toString('hex')]) {
      if (wrong === hash) continue;
      refuses(() => bank.step.callback(stored, edited('HASH', wrong)), ['SIGNATURE_INVALID', 'MALFORMED'], /hash/i);
    }
  });
  test('signed with another key, or with an empty one', () => {
    const fields = hostedFields(redirect.fields);
    for (const key of ['SIMSTORE13', '', 'simstore12', 'SIMSTORE12 ', '190100000']) refuses(() => bank.step.callback(stored, signedBody(fields, key)), 'SIGNATURE_INVALID', /hash/i);
  });
  test('another algorithm announced, with a digest that fits', () => {
    for (const hashAlgorithm of ['ver1', 'ver2', 'VER3', '', 'none', 'ver3 ']) {
      refuses(() => callback({ hashAlgorithm }), ['MALFORMED', 'ECHO_MISMATCH', 'SIGNATURE_INVALID', 'UNSUPPORTED', 'FIELD_LIST'], 'hashAlgorithm');
    }
  });
  test('a name twice, also when only case or a dot differs', () => {
    for (const [name, value] of [['mdStatus', '1'], ['MDSTATUS', '1'], ['mdstatus', '0'], ['oid', order.id], ['HASH', 'x'], ['hash', 'x'], ['EXTRA_TRXDATE', 'x'], ['payResults_dsId', '1'], ['ENCODING', 'x'], ['Encoding', 'UTF-8'], ['amount', '149.90']]) {
      const fields = [...hostedFields(redirect.fields), [name, value]];
      const signed = name.toLowerCase() === 'hash' ? body([...genuine, [name, value]]) : signedBody(fields);
      refuses(() => bank.step.callback(stored, signed), 'DUPLICATE_FIELD', new RegExp(name.replace(/[._]/g, '.'), 'i'));
    }
  });
  test('excluded names are unique too', () => {
    for (const name of ['countdown', 'nationalidno']) refuses(() => bank.step.callback(stored, body([...genuine, [name, '1'], [name.toUpperCase(), '2']])), 'DUPLICATE_FIELD');
  });
  test('names that no bank sends', () => {
    for (const name of ['', '1abc', '_x', 'a b', 'a:b', 'mdStatus\u0000', 'mdStatüs', 'ı']) {
      refuses(() => bank.step.callback(stored, signedBody([...hostedFields(redirect.fields), [name, '1']])), ['MALFORMED', 'TOO_LARGE']);
    }
  });
  test('control characters and broken escapes', () => {
    const text = hostedReturn(redirect.fields);
    for (const wrong of [`${text}&x=%00`, `${text}&x=\u0000`, `${text}&x=%zz`, `${text}&x=%`, `${text}&x=\ud800`, `${text}\u0000`]) {
      refuses(() => bank.step.callback(stored, wrong), ['MALFORMED', 'SIGNATURE_INVALID', 'ORDER']);
    }
  });
  test('nothing, rubbish, JSON, HTML, XML', () => {
    for (const wrong of ['', '&', '=', '&&&&', 'x', '{}', '{"mdStatus":"1"}', '<html>', '<CC5Response/>', '[object Object]', 'undefined', 'null']) {
      refuses(() => bank.step.callback(stored, wrong), ['MALFORMED', 'SIGNATURE_MISSING']);
    }
  });
  test('a parsed body is told to be the wrong thing', () => {
    for (const parsed of [Object.fromEntries(genuine), { body: Object.fromEntries(genuine) }, new URLSearchParams(genuine), { body: null }, undefined, null]) {
      const error = refuses(() => bank.step.callback(stored, parsed), ['MALFORMED']);
      assert.match(error.message, /text|string|raw|body/i);
    }
  });
  test('far too large, refused at once', () => {
    for (const giant of ['&'.repeat(10_000_000), `a=${'x'.repeat(10_000_000)}`, `${hostedReturn(redirect.fields)}&x=${'y'.repeat(600_000)}`]) {
      const began = performance.now();
      refuses(() => bank.step.callback(stored, giant), 'TOO_LARGE');
      assert.ok(performance.now() - began < 1500);
    }
    const many = Array.from({ length: 5000 }, (_, at) => [`f${at}`, '1']);
    refuses(() => bank.step.callback(stored, signedBody([...hostedFields(redirect.fields), ...many])), ['TOO_LARGE', 'MALFORMED']);
  });
  test('the expected digest is in no error', () => {
    const fields = hostedFields(redirect.fields, { mdStatus: '0' });
    const forged = fields.map(([name, value]) => [name, name === 'mdStatus' ? '1' : value]);
    const error = refuses(() => bank.step.callback(stored, body([...forged, ['HASH', ver3(fields, 'SIMSTORE12')]])), 'SIGNATURE_INVALID');
    const shown = `${error.message} ${error.stack} ${JSON.stringify(error)} ${JSON.stringify({ ...error })}`;
    for (const secret of [ver3(forged, 'SIMSTORE12'), ver3Plaintext(forged, 'SIMSTORE12')]) assert.ok(!shown.includes(secret) && !shown.includes(Buffer.from(secret, 'base64').toString('hex')));
  });
});

describe('an old terminal', () => {
  const { ver1Callbacks } = JSON.parse(readFileSync(new URL('../vectors/nestpay.json', import.meta.url)));
  for (const { name, storeKey, list, fields, digest, context } of ver1Callbacks) {
    test(`ver1 is recognised and refused with what to change: ${name}`, () => {
      const value = Object.fromEntries(fields);
      const old = createPos({ ...isbankWithoutApi, merchant: { clientId: value.clientid, storeKey } });
      const { order: asked } = old.step.start({ ...order, id: value.oid, amount: context.amount });
      const message = body([...fields, ['storetype', context.storetype], ['amount', context.amount], ['currency', context.currency], ['HASHPARAMS', list],
        ['HASHPARAMSVAL', list.split(':').filter(Boolean).map((n) => value[n]).join('')], ['HASH', digest]]);
      const error = refuses(() => old.step.callback(asked, message), ['UNSUPPORTED', 'FIELD_LIST', 'SIGNATURE_INVALID', 'MALFORMED']);
      assert.match(error.message, /ver3/i);
    });
  }
});

describe('peek', () => {
  test('finds the order, and promises nothing', () => {
    assert.deepEqual(bank.peek(hostedReturn(redirect.fields)), { orderId: order.id });
    assert.deepEqual(bank.peek({ body: hostedReturn(redirect.fields), headers: {} }), { orderId: order.id });
    assert.deepEqual(bank.peek('oid=forged1'), { orderId: 'forged1' });
    for (const nothing of ['', 'x=1', 'oid=', '{}', 'oid=a&oid=b', 'oid=%00']) assert.equal(bank.peek(nothing), null, nothing);
  });
});
