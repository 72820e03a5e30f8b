// The payment provider plugin: what Wix's checkout asks of it, what Wix is told, and what Wix must never be told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdBack, turn } from './killing.js';
import { ACCOUNTS, World, message } from './world.js';

const MINUTE = 60_000;
const HOME = 'https://www.example.com';
const TRANSACTION = '7b0a5d2e-0000-4000-8000-000000000001';
const RETURNS = {
  successUrl: 'https://cashier.example/success?t=1', errorUrl: 'https://cashier.example/error?t=1',
  cancelUrl: 'https://cashier.example/cancel?t=1', pendingUrl: 'https://cashier.example/pending?t=1',
};
const BUYER = { firstName: 'Ayşe', lastName: 'Yılmaz', email: 'ayse@example.com', phone: '+90 555 123 45 67', city: 'Bursa' };

function asked({ transaction = TRANSACTION, account = '', order = {}, ...description } = {}) {
  return {
    wixTransactionId: transaction, merchantCredentials: { siteUrl: HOME, account }, wixMerchantId: 'm',
    order: {
      _id: 'wix-order-1', returnUrls: RETURNS,
      description: {
        totalAmount: '28980', currency: 'TRY', items: [{ _id: 'i', name: 'Kupa', quantity: 1, price: '24990' }],
        charges: { shipping: '3990' }, billingAddress: BUYER, buyerInfo: { buyerId: 'b', buyerLanguage: 'tr' }, ...description,
      },
      ...order,
    },
  };
}

/** A transaction whose buyer is at the bank. */
async function atBank(options) {
  const world = new World();
  const site = world.container();
  const { pluginTransactionId: id } = await site.site.plugin.createTransaction(asked(options));
  await site.pay(id);
  const { bankOrderId } = world.intent(id);
  const comeBack = (status, more) => world.container().call('post_payment3DSuccess', [id], { body: message(bankOrderId, status, more) });
  const bankSays = (answer) => world.bank.answers.set(bankOrderId, answer);
  const job = (minutes) => { world.pass(minutes * MINUTE); return world.container().site.settle.settle(); };
  return { world, id, bankOrderId, comeBack, bankSays, job, told: () => world.wix.told(TRANSACTION) };
}

/** Wix allows: pending, then one kind of end, each as often as you like. */
function assertAllowed(told, where) {
  const kinds = told.map((code) => (code === 'paid' ? 'P' : code === 5009 ? 'w' : 'F')).join('');
  assert.match(kinds, /^w*(?:P*|F*)$/, `${where}: ${kinds}`);
}

// ---- getConfig

test('getConfig has the shape without which the provider does not appear', () => {
  const config = new World().container().site.pluginConfig.getConfig();
  assert.ok(config.title);
  assert.ok(Array.isArray(config.paymentMethods));
  for (const { hostedPage: { title, logos, billingAddressMandatoryFields } } of config.paymentMethods) {
    assert.ok(title);
    for (const colour of ['white', 'colored']) {
      for (const form of ['svg', 'png']) assert.match(logos[colour][form], new RegExp(`^https://.*\\.${form}$`));
    }
    assert.ok(Array.isArray(billingAddressMandatoryFields));
  }
  assert.deepEqual(plain(config.credentialsFields.map(({ simpleField }) => simpleField.name)), ['siteUrl', 'account']);
});

// ---- connectAccount

const connect = (world, credentials) => world.container().site.plugin.connectAccount({ credentials, wixMerchantId: 'm' });
const plain = (value) => JSON.parse(JSON.stringify(value));

test('connectAccount accepts an address and an account, tidied', async () => {
  const world = new World();
  for (const siteUrl of [HOME, `${HOME}/`, ` ${HOME}// `]) {
    assert.deepEqual(plain(await connect(world, { siteUrl, account: '' })), {
      credentials: { siteUrl: HOME, account: '' }, accountId: 'isbank', accountName: 'isbank (DENEME / TEST)',
    });
  }
  const named = await connect(world, { siteUrl: 'https://user.wixsite.com/magaza', account: ' paytr ' });
  assert.deepEqual(plain(named.credentials), { siteUrl: 'https://user.wixsite.com/magaza', account: 'paytr' });
  world.secret = JSON.stringify({ isbank: { ...ACCOUNTS.isbank, mode: 'production' } });
  assert.equal((await connect(world, { siteUrl: HOME })).accountName, 'isbank');
});

test('connectAccount says in Turkish and English what is wrong, and nothing of the secret', async () => {
  const accounts = {
    good: ACCOUNTS.isbank,
    broken: { gateway: 'isbank', mode: 'test', broken: true, merchant: { storeKey: 'STOREKEY-SECRET' } },
    mute: { gateway: 'isbank', mode: 'test', merchant: { storeKey: 'STOREKEY-SECRET', cannotAsk: true } },
  };
  const addresses = ['', 'www.example.com', 'http://www.example.com', 'https://', 'javascript:alert(1)', 'https://user:pass@example.com',
    'https://www.example.com/a/b', 'https://www.example.com/_functions', 'https://www.example.com?x', 'https://exa mple.com', undefined, 7];
  const cases = [
    ...addresses.map((siteUrl) => [{ siteUrl }, 'siteUrl']),
    [{ siteUrl: HOME, account: 'yok' }, 'account'],
    [{ siteUrl: HOME, account: '__proto__' }, 'account'],
    [{ siteUrl: HOME, account: 'broken' }, 'merchant.storeKey'],
    [{ siteUrl: HOME, account: 'mute' }, 'merchant.apiUser'],
  ];
  for (const [credentials, errorCode] of cases) {
    const world = new World();
    world.secret = JSON.stringify(accounts);
    const answer = await connect(world, credentials);
    assert.equal(answer.reasonCode, 2002, JSON.stringify(credentials));
    assert.equal(answer.errorCode, errorCode);
    assert.match(answer.errorMessage, / \/ /);
    assert.doesNotMatch(JSON.stringify(answer) + world.log, /STOREKEY/);
  }
});

test('connectAccount: a secret that cannot be read', async () => {
  for (const secret of ['{"isbank": {"storeKey": "STOREKEY-SECRET"', '{}', '[]']) {
    const world = new World();
    world.secret = secret;
    const answer = await connect(world, { siteUrl: HOME });
    assert.deepEqual([answer.reasonCode, answer.errorCode], [2002, 'secret']);
    assert.doesNotMatch(JSON.stringify(answer) + world.log, /STOREKEY/);
  }
});

// ---- createTransaction

test('a transaction becomes an attempt, and the buyer goes to our own page for it', async () => {
  const world = new World();
  const answer = await world.container().site.plugin.createTransaction(asked());
  assert.deepEqual(plain(answer), {
    pluginTransactionId: answer.pluginTransactionId, redirectUrl: `${HOME}/_functions/pay/${answer.pluginTransactionId}`,
  });
  const intent = world.intent(answer.pluginTransactionId);
  const { book, orderId, orderNumber, transactionId, amount, currency, mode, account, customer, language, returnUrls } = intent;
  assert.deepEqual({ book, orderId, orderNumber, transactionId, amount, currency, mode, account, customer, language }, {
    book: 'wix-checkout', orderId: TRANSACTION, orderNumber: 'wix-order-1', transactionId: TRANSACTION, amount: '289.80', currency: 'TRY',
    mode: 'test', account: 'isbank', customer: null, language: 'tr',
  });
  assert.deepEqual(plain(returnUrls), {
    success: RETURNS.successUrl, error: RETURNS.errorUrl, cancel: RETURNS.cancelUrl, pending: RETURNS.pendingUrl,
  });
  assert.equal((await world.container().pay(intent._id)).status, 200);
  assert.equal(world.bank.starts[0].amount, '289.80');
});

test('amounts become text of the currency’s decimals, exactly, or are refused', async () => {
  const good = [['1', 'TRY', '0.01'], ['10', 'TRY', '0.10'], ['14990', 'TRY', '149.90'], [14990, 'TRY', '149.90'],
    ['900719925474099', 'EUR', '9007199254740.99'], ['100000000000000', 'USD', '1000000000000.00']];
  for (const [totalAmount, currency, amount] of good) {
    const world = new World();
    const { pluginTransactionId } = await world.container().site.plugin.createTransaction(asked({ totalAmount, currency }));
    assert.equal(world.intent(pluginTransactionId).amount, amount);
  }
  const bad = ['0', '-1', '', '1.5', '149,90', '1e3', '0x10', ' 1', '1 ', '01', '9'.repeat(16), 1.5, -1, NaN, Infinity, null, undefined, {}, ['1'], true];
  for (const totalAmount of bad) {
    const world = new World();
    const answer = await world.container().site.plugin.createTransaction(asked({ totalAmount }));
    assert.equal(answer.reasonCode, 3001, String(totalAmount));
    assert.equal(answer.redirectUrl, undefined);
    assert.equal(world.data.all('VeloposIntents').length, 0);
  }
});

test('only currencies that we know, and that the gateway takes', async () => {
  for (const currency of ['', 'TL', 'try', 'XXX', 'JPY', null, undefined, {}, ['TRY'], 'constructor']) {
    const answer = await new World().container().site.plugin.createTransaction(asked({ currency, totalAmount: '150' }));
    assert.equal(answer.reasonCode, 3003, String(currency));
  }
});

test('Wix’s return addresses have to be https, with no user info; two of them may be missing', async () => {
  const create = (returnUrls) => {
    const world = new World();
    return world.container().site.plugin.createTransaction(asked({ order: { returnUrls } }))
      .then((answer) => ({ answer, intent: world.intent(answer.pluginTransactionId) }));
  };
  const evil = ['http://evil.example/', 'javascript:alert(1)', '//evil.example', 'https://a:b@evil.example/', 'https://evil.example/\n', 'data:text/html,x', '',
    `https://www.example.com/${'x'.repeat(2100)}`, {}, 7];
  for (const url of evil) {
    for (const name of Object.keys(RETURNS)) {
      const { answer, intent } = await create({ ...RETURNS, [name]: url });
      if (url === '' && (name === 'cancelUrl' || name === 'pendingUrl')) assert.ok(answer.redirectUrl);
      else assert.deepEqual([answer.reasonCode, answer.errorCode, intent], [6000, 'returnUrls', undefined], `${name} ${url}`);
    }
  }
  const { successUrl, errorUrl } = RETURNS;
  const { intent } = await create({ successUrl, errorUrl, cancelUrl: null });
  assert.deepEqual(plain(intent.returnUrls), { success: successUrl, error: errorUrl, cancel: errorUrl, pending: '' });
  assert.equal((await create(undefined)).answer.errorCode, 'returnUrls');
});

test('the buyer goes only to gateways that want to know him, and tidied', async () => {
  const customerOf = async (account, billingAddress) => {
    const world = new World();
    const answer = await world.container().site.plugin.createTransaction(asked({ account, billingAddress }));
    return { answer, customer: world.intent(answer.pluginTransactionId)?.customer };
  };
  assert.equal((await customerOf('isbank', BUYER)).customer, null);
  assert.deepEqual(plain((await customerOf('paytr', BUYER)).customer), { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '+905551234567' });
  const names = [
    [{ firstName: '<b>Ali</b>', lastName: '=HYPERLINK("x")' }, 'b Ali b HYPERLINK x'],
    [{ firstName: '  Ayşe  Nur ', lastName: 'O’Neil-Öz 2.' }, 'Ayşe Nur O’Neil-Öz .'],
    [{ firstName: 'Ş'.repeat(200), lastName: null }, 'Ş'.repeat(60)],
    [{ firstName: '1) Ali', lastName: 'Veli' }, 'Ali Veli'],
    [{ firstName: '𠮷'.repeat(40), lastName: '' }, '𠮷'.repeat(30)],
  ];
  for (const [name, tidy] of names) assert.equal((await customerOf('paytr', { ...BUYER, ...name })).customer.name, tidy);
  const odd = [null, undefined, {}, { ...BUYER, phone: null }, { ...BUYER, phone: 'yok' }, { ...BUYER, email: 'a@b' }, { ...BUYER, email: {} },
    { ...BUYER, firstName: 7, lastName: [] }, { ...BUYER, firstName: '1', lastName: '2' }, 'x', [], 5];
  for (const billingAddress of odd) {
    assert.ok((await customerOf('isbank', billingAddress)).answer.redirectUrl, 'a bank does not need him');
    const { answer, customer } = await customerOf('paytr', billingAddress);
    assert.deepEqual([answer.reasonCode, answer.errorCode, customer], [6000, 'customer.email', undefined]);
  }
});

test('whatever else is missing or odd in the order does no harm', async () => {
  const order = { description: { totalAmount: '100', currency: 'TRY' }, returnUrls: RETURNS };
  const world = new World();
  const site = world.container();
  const answer = await site.site.plugin.createTransaction({ wixTransactionId: 't', merchantCredentials: { siteUrl: HOME }, order });
  assert.equal(world.intent(answer.pluginTransactionId).amount, '1.00');
  for (const wixTransactionId of ['', null, undefined, 7, {}]) {
    await assert.rejects(site.site.plugin.createTransaction({ wixTransactionId, merchantCredentials: { siteUrl: HOME }, order }), /named no transaction/);
  }
  const unnamed = await site.site.plugin.createTransaction({ wixTransactionId: 'u', merchantCredentials: { siteUrl: 'http://evil.example' }, order });
  assert.equal(unnamed.errorCode, 'account');
  assert.equal((await site.site.plugin.createTransaction({ wixTransactionId: 'v', merchantCredentials: {}, order: {} })).errorCode, 'account');
});

test('the same transaction again: the stored answer, whatever is asked with it', async () => {
  const world = new World();
  const create = (options) => world.container().site.plugin.createTransaction(asked(options)).then(plain);
  const first = await create();
  const intent = world.intent(first.pluginTransactionId);
  world.pass(10 * MINUTE);
  const evil = { successUrl: 'https://evil.example/', errorUrl: 'https://evil.example/' };
  for (const options of [{}, { totalAmount: '1' }, { currency: 'USD' }, { account: 'paytr' }, { order: { returnUrls: evil } }, { totalAmount: 'x' }]) {
    assert.deepEqual(await create(options), first);
  }
  assert.deepEqual(world.intent(first.pluginTransactionId), intent);
  assert.equal(world.data.all('VeloposIntents').length, 1);
});

test('a refusal is stored, too: what was refused does not become a payment later', async () => {
  const world = new World();
  const create = (options) => world.container().site.plugin.createTransaction(asked(options)).then(plain);
  const first = await create({ currency: 'XXX' });
  assert.equal(first.reasonCode, 3003);
  assert.deepEqual(await create(), first);
  assert.equal(world.data.all('VeloposIntents').length, 0);
});

test('the same transaction in four containers at once: one answer, one attempt', async () => {
  for (const amounts of [['28980', '28980', '28980', '28980'], ['28980', '1', 'x', '28980']]) {
    const world = new World();
    const answers = await Promise.all(amounts.map((totalAmount) => world.container().site.plugin.createTransaction(asked({ totalAmount })).then(plain)));
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal(world.data.all('VeloposIntents').length, answers[0].reasonCode ? 0 : 1);
  }
});

test('a secret that cannot be read refuses nothing for good: Wix gets no answer, and may ask again', async () => {
  const world = new World();
  world.readSecret = async () => { throw new Error('the Secrets Manager does not answer'); };
  await assert.rejects(world.container().site.plugin.createTransaction(asked()));
  world.readSecret = async () => world.secret;
  assert.ok((await world.container().site.plugin.createTransaction(asked())).redirectUrl);
});

// ---- how it ends

const location = ({ headers }) => headers.Location;

test('paid: Wix is told at once, and the buyer goes to Wix’s success page', async () => {
  const { world, id, comeBack, told } = await atBank();
  assert.equal(location(await comeBack('paid')), RETURNS.successUrl);
  assert.deepEqual(told(), ['paid']);
  assert.deepEqual(plain(world.wix.events[0]), { transaction: { wixTransactionId: TRANSACTION, pluginTransactionId: id } });
  assert.deepEqual(world.payments.map(({ state, book, amount }) => [state, book, amount]), [['booked', 'wix-checkout', '289.80']]);
  assert.equal(location(await comeBack('paid')), RETURNS.successUrl);
  assert.equal(world.payments.length, 1);
});

test('declined: the buyer sees Wix’s error page at once; Wix is told when the bank’s page can no longer be open', async () => {
  const { comeBack, bankSays, job, told, world } = await atBank();
  const decline = { reason: 'insufficient-funds', bankCode: '51', bankMessage: 'Yetersiz bakiye', message: { tr: 'x', en: 'x' }, wixReasonCode: 3012 };
  assert.equal(location(await comeBack('declined', { decline })), RETURNS.errorUrl);
  bankSays({ status: 'declined', proof: 'reply' });
  await job(5);
  assert.deepEqual(told(), []);
  await job(60);
  assert.deepEqual(told(), [3012]);
  const { transaction } = world.wix.events[0];
  assert.deepEqual([transaction.errorCode, transaction.errorMessage], ['51', 'Yetersiz bakiye']);
  await job(60);
  assert.deepEqual(told(), [3012]);
});

test('cancelled by the buyer: Wix’s cancel page, and its code', async () => {
  const { comeBack, bankSays, job, told } = await atBank();
  const decline = { reason: 'cancelled', bankCode: '', bankMessage: '', message: { tr: 'Vazgeçtiniz.', en: 'Cancelled.' }, wixReasonCode: 3030 };
  assert.equal(location(await comeBack('declined', { decline })), RETURNS.cancelUrl);
  bankSays({ status: 'pending' });
  await job(70);
  assert.deepEqual(told(), [3030]);
});

test('abandoned: code 3030, after an inquiry and the page’s lifetime', async () => {
  const { bankSays, job, told, world, id } = await atBank();
  bankSays({ status: 'pending' });
  await job(10);
  assert.deepEqual(told(), []);
  await job(60);
  assert.equal(world.intent(id).state, 'expired');
  await job(60);
  assert.deepEqual(told(), [3030]);
});

test('never been to the bank: expired, and told', async () => {
  const world = new World();
  await world.container().site.plugin.createTransaction(asked());
  for (let i = 0; i < 3; i += 1) {
    world.pass(70 * MINUTE);
    await world.container().site.settle.settle();
  }
  assert.deepEqual(world.wix.told(TRANSACTION), [3030]);
});

test('a bank that cannot be asked: no failure is told, however long it takes', async () => {
  const { bankSays, job, told } = await atBank();
  bankSays(new Error('no answer'));
  for (let i = 0; i < 5; i += 1) await job(120);
  assert.deepEqual(told(), []);
  bankSays({ status: 'paid', proof: 'reply' });
  await job(60);
  assert.deepEqual(told(), ['paid']);
});

test('a start that the gateway refuses: no money can come, so Wix is told at once', async () => {
  const world = new World();
  world.bank.beforeStart = async () => { throw Object.assign(new (world.bank.module({}).PosError)('REFUSED', 'amount')); };
  const { pluginTransactionId: id } = await world.container().site.plugin.createTransaction(asked());
  assert.equal(location(await world.container().pay(id)), RETURNS.errorUrl);
  const [{ transaction }] = world.wix.events;
  assert.deepEqual([transaction.reasonCode, transaction.errorCode], [6000, 'failed']);
});

test('the buyer is back and nobody knows: Wix’s pending page, code 5009 once, and the end when it is known', async () => {
  const { comeBack, bankSays, job, told } = await atBank({ account: 'iyzico' });
  bankSays({ status: 'pending' });
  assert.equal(location(await comeBack('pending')), RETURNS.pendingUrl);
  assert.equal(location(await comeBack('pending')), RETURNS.pendingUrl);
  assert.deepEqual(told(), [5009]);
  bankSays({ status: 'paid', proof: 'reply' });
  await job(5);
  assert.deepEqual(told(), [5009, 'paid']);
});

test('a pending page that Wix did not give: our own', async () => {
  const { comeBack, bankSays, id } = await atBank({ account: 'iyzico', order: { returnUrls: { ...RETURNS, pendingUrl: null } } });
  bankSays({ status: 'pending' });
  assert.equal(location(await comeBack('pending')), `${HOME}/result?payment=${id}`);
});

test('money after Wix was told of a failure: late, and never a success', async () => {
  const { world, comeBack, bankSays, job, told } = await atBank();
  bankSays({ status: 'pending' });
  await job(70);
  await job(70);
  assert.deepEqual(told(), [3030]);
  assert.equal(location(await comeBack('paid')), RETURNS.errorUrl);
  assert.equal(world.payments[0].state, 'late');
  await job(70);
  assert.deepEqual(told(), [3030]);
});

test('a failure after paid is nothing', async () => {
  const { comeBack, bankSays, job, told } = await atBank();
  await comeBack('paid');
  bankSays({ status: 'declined', proof: 'reply' });
  assert.equal(location(await comeBack('declined')), RETURNS.successUrl);
  for (let i = 0; i < 3; i += 1) await job(70);
  assert.deepEqual(told(), ['paid']);
});

/** All orders of the given things. */
function* permutations(things) {
  if (things.length < 2) yield things;
  for (const [index, thing] of things.entries()) {
    for (const rest of permutations(things.filter((_, at) => at !== index))) yield [thing, ...rest];
  }
}

test('news in every order, each in a container of its own: Wix hears only what it allows', async () => {
  const news = ['paid', 'declined', 'pending', 'job', 'job'];
  const seen = new Set();
  for (const order of permutations(news)) {
    if (seen.has(order.join())) continue;
    seen.add(order.join());
    const { world, id, comeBack, bankSays, job, told } = await atBank();
    bankSays({ status: 'pending' });
    for (const each of order) {
      if (each === 'job') await job(60);
      else await comeBack(each);
    }
    for (let i = 0; i < 3; i += 1) await job(60);
    const where = order.join(', ');
    assertAllowed(told(), where);
    const isPaid = world.intent(id).state === 'paid';
    assert.equal(told().includes('paid'), isPaid, where);
    assert.ok(isPaid || told().some((code) => code !== 5009), `${where}: Wix never heard the end`);
  }
  assert.equal(seen.size, 60);
});

test('news all at once, in containers of their own: Wix hears only what it allows', async () => {
  for (let round = 0; round < 40; round += 1) {
    const { world, id, comeBack, bankSays, job, told } = await atBank();
    bankSays(round % 2 ? { status: 'paid', proof: 'reply' } : { status: 'pending' });
    world.data.before = async () => { for (let i = 0; i < Math.random() * 4; i += 1) await turn(); };
    await Promise.all(['pending', 'paid', 'declined', 'paid', 'pending'].map((each) => comeBack(each)));
    world.data.before = async () => {};
    for (let i = 0; i < 3; i += 1) await job(60);
    assertAllowed(told(), `round ${round}`);
    assert.equal(told().includes('paid'), world.intent(id).state === 'paid');
  }
});

test('an end waits for a `pending` that is on its way, and comes after it', async () => {
  const { world, comeBack, bankSays, told } = await atBank();
  bankSays({ status: 'pending' });
  const hold = holdBack(world, ({ op }) => op === 'submitEvent');
  const first = comeBack('pending');
  await hold.held();
  const second = comeBack('paid');
  for (let i = 0; i < 30; i += 1) await turn();
  assert.deepEqual(told(), []);
  hold.release();
  await Promise.all([first, second]);
  world.pass(5 * MINUTE);
  await world.container().site.settle.settle();
  assertAllowed(told(), 'held back');
  assert.equal(told()[0], 5009);
  assert.ok(told().includes('paid'));
});

test('a container that dies while it tells `pending` does not keep the end from Wix', async () => {
  for (const moment of ['before', 'after']) {
    const { world, comeBack, bankSays, job, told } = await atBank();
    bankSays({ status: 'pending' });
    world.data[moment] = async ({ op }, container) => { if (op === 'submitEvent') container.alive = false; };
    comeBack('pending');
    for (let i = 0; i < 60; i += 1) await turn();
    world.data[moment] = async () => {};
    await comeBack('paid');
    await job(5);
    await job(5);
    assertAllowed(told(), moment);
    assert.equal(told().at(-1), 'paid');
  }
});

test('a submitEvent that fails is tried again until it gets through', async () => {
  for (const happened of [false, true]) {
    for (const end of ['paid', 'expired']) {
      const { world, comeBack, bankSays, job, told } = await atBank();
      let left = 3;
      world.data[happened ? 'after' : 'before'] = async ({ op }) => {
        if (op === 'submitEvent' && left-- > 0) throw new Error('Wix did not answer');
      };
      bankSays({ status: 'pending' });
      if (end === 'paid') await comeBack('paid');
      for (let i = 0; i < 8; i += 1) await job(70);
      assertAllowed(told(), `${happened} ${end}`);
      assert.equal(told().at(-1), end === 'paid' ? 'paid' : 3030);
    }
  }
});

test('a notification is acknowledged only when Wix has been told', async () => {
  const { world, bankOrderId, told } = await atBank({ account: 'paytr' });
  const notify = () => world.container().call('post_paytrNotification', [], { body: message(bankOrderId, 'paid') });
  world.data.before = async ({ op }) => { if (op === 'submitEvent') throw new Error('Wix did not answer'); };
  assert.equal((await notify()).status, 503);
  world.data.before = async () => {};
  world.pass(5 * MINUTE);
  assert.equal((await notify()).body, 'OK');
  assert.deepEqual(told(), ['paid']);
});

// ---- refunds

const REFUND = '9c1b7a44-0000-4000-8000-000000000001';

/** A transaction that was paid, and the owner in front of Wix's dashboard. */
async function paid(options) {
  const at = await atBank(options);
  await at.comeBack('paid');
  const refund = (refundAmount, wixRefundId = REFUND, more = {}) => at.world.container().site.plugin.refundTransaction({
    wixTransactionId: TRANSACTION, wixRefundId, pluginTransactionId: at.id, merchantCredentials: { siteUrl: HOME, account: '' },
    refundAmount, reason: 'REQUESTED_BY_CUSTOMER', ...more,
  }).then(plain);
  const other = (n) => REFUND.replace(/1$/, String(n));
  return { ...at, refund, other, sent: () => at.world.bank.changes.length, changes: () => at.world.data.all('VeloposChanges') };
}

test('a refund from Wix’s dashboard: sent once, answered, and confirmed by an event with both ids', async () => {
  const { world, refund, other, sent, changes } = await paid();
  const { pluginRefundId } = await refund('10000');
  const [change] = changes();
  assert.deepEqual([pluginRefundId, change.changeId, change.amount, change.by.name, change.why], [change._id, REFUND, '100.00', 'Wix', 'REQUESTED_BY_CUSTOMER']);
  assert.deepEqual(plain(world.wix.refunds), [{ wixTransactionId: TRANSACTION, pluginRefundId, amount: '10000', wixRefundId: REFUND }]);
  assert.deepEqual(await refund('10000'), { pluginRefundId });
  assert.equal(sent(), 1);
  assert.ok((await refund('18980', other(2))).pluginRefundId);
  assert.equal(world.payments[0].standing, 'refunded');
  assert.equal((await refund('1', other(3))).reasonCode, 6000);
  assert.equal(sent(), 2);
});

test('a refund that is not exactly one of this transaction’s is not sent', async () => {
  const { refund, sent, other } = await paid();
  const wrong = [
    ['10000', REFUND, { pluginTransactionId: 'x' }], ['10000', REFUND, { pluginTransactionId: undefined }], ['10000', REFUND, { wixTransactionId: 'other' }],
    ['0'], [''], ['-1'], ['1.50'], ['1e2'], [null], [undefined], [{}], [1.5], ['28981'], ['999999999999999'],
    ['10000', ''], ['10000', 'x'.repeat(37)], ['10000', 'a b'], ['10000', null], ['10000', {}],
  ];
  for (const [n, [amount, id = REFUND, more]] of wrong.entries()) {
    const answer = await refund(amount, id === REFUND ? other(n) : id, more);
    assert.equal(answer.reasonCode, 6000, JSON.stringify([amount, id, more]));
    assert.match(answer.errorMessage, / \/ /);
  }
  assert.equal(sent(), 0);
});

test('a refusal stands: what Wix was told has failed is not sent later under the same id', async () => {
  const { world, refund, other, sent } = await paid();
  world.bank.answerChange = () => 'late';
  await refund('10000');
  const tell = world.bank.books.tell;
  world.bank.books.tell = () => null;
  const refused = await refund('5000', other(2));
  assert.equal(refused.errorCode, 'unknown');
  world.bank.books.tell = tell;
  world.bank.answerChange = () => 'done';
  assert.deepEqual(await refund('5000', other(2)), refused);
  assert.ok((await refund('5000', other(3))).pluginRefundId);
  assert.equal(sent(), 2);
});

test('a transaction that was not paid, or whose money came too late, has nothing to give back', async () => {
  for (const end of ['open', 'declined', 'late']) {
    const { world, id, comeBack, bankSays, job } = await atBank();
    bankSays({ status: 'pending' });
    if (end === 'declined') await comeBack('declined');
    if (end === 'late') { await job(70); await job(70); await comeBack('paid'); }
    const answer = await world.container().site.plugin.refundTransaction({
      wixTransactionId: TRANSACTION, wixRefundId: REFUND, pluginTransactionId: id, merchantCredentials: {}, refundAmount: '100',
    });
    assert.equal(answer.errorCode, 'transaction', end);
    assert.deepEqual(world.wix.refunds, []);
  }
});

test('the bank declines a refund: its reason, and no event', async () => {
  const { world, refund } = await paid();
  world.bank.answerChange = () => 'declined';
  const answer = await refund('10000');
  assert.equal(answer.reasonCode, 6000);
  assert.ok(answer.errorCode && answer.errorMessage);
  assert.deepEqual(world.wix.refunds, []);
});

for (const made of ['lost', 'late']) {
  test(`a refund without an answer (${made === 'late' ? 'it was made' : 'it was not made'}): pending, never sent again, told when the bank’s books show it`, async () => {
    const { world, refund, other, sent, job } = await paid();
    world.bank.answerChange = () => made;
    const first = await refund('10000');
    assert.equal(first.reasonCode, 5009);
    assert.deepEqual(world.wix.refunds, []);
    world.bank.answerChange = () => 'done';
    if (made === 'lost') {
      assert.deepEqual(await refund('10000'), first);
      const another = await refund('10000', other(2));
      assert.deepEqual([another.reasonCode, another.errorCode], [6000, 'unknown'], 'the same money under another id waits for the bank');
      assert.equal(sent(), 1);
      return;
    }
    await job(5);
    assert.deepEqual(plain(world.wix.refunds), [{ wixTransactionId: TRANSACTION, pluginRefundId: first.pluginRefundId, amount: '10000', wixRefundId: REFUND }]);
    assert.deepEqual(await refund('10000'), { pluginRefundId: first.pluginRefundId });
    assert.ok((await refund('5000', other(2))).pluginRefundId);
    assert.equal(sent(), 2);
  });
}

test('refunds at once, the same and different ones: each is sent once, and never more than was taken', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { world, refund, other, sent, job } = await paid();
    world.data.before = async () => { for (let i = 0; i < Math.random() * 3; i += 1) await turn(); };
    await Promise.allSettled([refund('20000'), refund('20000'), refund('20000', other(2)), refund('20000', other(3))]);   // some wait in vain
    world.data.before = async () => {};
    await job(5);
    for (const id of [REFUND, other(2), other(3)]) await refund('20000', id);
    assert.equal(sent(), 1, 'two of 200.00 are more than 289.80');
    assert.equal(world.payments[0].refunded, '200.00');
    assert.equal(new Set(world.wix.refunds.map(({ pluginRefundId }) => pluginRefundId)).size, 1);
  }
});

test('what an administrator gives back on the admin page, Wix hears of without an id of its own', async () => {
  const { world } = await paid();
  const { changes } = world.container().site;
  await changes.refundPayment(world.payments[0]._id, { id: 'admin-1', amount: '89.80', by: { id: 'm', name: 'Deniz' }, why: '' });
  const [refund] = plain(world.wix.refunds);
  assert.deepEqual(Object.keys(refund).sort(), ['amount', 'pluginRefundId', 'wixTransactionId']);
  assert.equal(refund.amount, '8980');
});

test('a void on the admin page is for Wix a refund of all of it', async () => {
  const { world } = await paid();
  await world.container().site.changes.voidPayment(world.payments[0]._id, { id: 'admin-1', by: { id: 'm', name: 'Deniz' }, why: '' });
  assert.deepEqual(world.wix.refunds.map(({ amount }) => amount), ['28980']);
});

test('late money that goes back by itself is no refund for Wix', async () => {
  const { world, comeBack, bankSays, job } = await atBank();
  bankSays({ status: 'pending' });
  await job(70);
  await job(70);
  await comeBack('paid');
  await job(5);
  assert.deepEqual([world.payments[0].state, world.bank.changes.length], ['late', 1]);
  assert.deepEqual(world.wix.refunds, []);
});
