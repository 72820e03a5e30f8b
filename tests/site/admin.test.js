// The administrator's methods: who may call them, what they write down, what they never show; and the books beside every bank's, in
// velo-local with the package as it is built, after sales, refunds on the site and in the bank's panel, and callbacks that were lost.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { accounts, startExample } from '../../scripts/example.js';
import { addDays, dayOf } from '../../velo-example/src/backend/velopos/calendar.js';
import { writeCsv } from '../../velo-example/src/backend/velopos/csv.js';
import { ACCOUNTS as WAYS, Customer, createDice } from './chaos.js';
import { findEntrances } from './entrances.js';
import { everyDeath } from './killing.js';
import { CUSTOMER, World, message } from './world.js';
import { createPos, newOrderId } from 'velopos';

const methods = (await findEntrances()).filter(({ module }) => module === 'backend/admin.web.js').map(({ name }) => name);
const changeId = (letter) => letter.repeat(32);
const ADMIN = { member: { _id: 'm-admin', loginEmail: 'deniz@example.com', profile: { nickname: 'Deniz' } }, roles: [{ title: 'Member' }, { title: 'Admin' }] };

// ---- the second lock: what the code itself refuses, should Wix let somebody through

describe('who may', () => {
  const others = {
    'a visitor': null,
    'a member': { ...ADMIN, roles: [{ title: 'Member' }] },
    'a member without roles': { ...ADMIN, roles: [] },
    'a member whose role only sounds like it': { ...ADMIN, roles: [{ title: 'admin' }, { title: 'Administrator' }, { title: 'ADMIN' }, { title: ' Admin' }, { _id: 'Admin', title: '' }] },
    'a member whose role hides behind another name': { ...ADMIN, roles: [{ title: 'Member', name: 'Admin' }] },
    'an administrator whom Wix does not name': { member: {}, roles: ADMIN.roles },
  };
  for (const [who, member] of Object.entries(others)) {
    test(`${who} is refused by every method, and leaves nothing but a line in the log`, async () => {
      assert.equal(methods.length, 13);
      const world = new World();
      const { admin } = world.container().site;
      world.member = member;
      for (const method of methods) {
        const args = [world.payments[0]?._id ?? 'x', { id: changeId('a'), amount: '1.00', why: '' }, { account: 'isbank' }];
        await assert.rejects(admin[method](...args), /only an administrator/, method);
        assert.equal(world.lines.at(-1), `warn velopos admin ${method} refused: not an administrator`);
      }
      assert.deepEqual(world.data.log, [], 'nothing was read or written');
      assert.equal(world.lines.length, methods.length);
    });
  }

  for (const key of ['title', 'name']) {
    test(`an administrator by Wix’s ${key} is let in`, async () => {
      const world = new World();
      world.member = { ...ADMIN, roles: [{ [key]: 'Admin' }] };
      const seen = await world.container().site.admin.overview({});
      assert.deepEqual([seen.problem, seen.waiting], [undefined, { payments: [], attempts: [], changes: [], wixPayments: [] }]);
    });
  }
});

// ---- what is written down

describe('every action', () => {
  async function paid() {
    const world = new World();
    world.member = ADMIN;
    const site = world.container();
    const { intentId } = await site.started();
    await site.call('post_payment3DSuccess', [intentId], { body: message(world.intent(intentId).bankOrderId, 'paid') });
    const [{ _id }] = world.payments;
    return { world, admin: world.container().site.admin, _id };
  }
  const actions = (world) => world.data.all('VeloposActions');

  test('is written down before it begins and gets its outcome afterwards', async () => {
    const { world, admin, _id } = await paid();
    const before = [];
    world.bank.answerChange = async () => {
      before.push(...actions(world).map(({ action, about, by, details, outcome }) => ({ action, about, by, details, outcome })));
      return 'done';
    };
    await admin.refund(_id, { id: changeId('a'), amount: '10.00', why: 'Kırık' });
    const expected = { action: 'refund', about: _id, by: { id: 'm-admin', name: 'Deniz' }, details: { id: changeId('a'), why: 'Kırık', amount: '10.00' } };
    assert.deepEqual(before, [{ ...expected, outcome: '' }]);
    assert.deepEqual(actions(world).map(({ outcome }) => outcome), ['done']);
    const story = await admin.paymentStory(_id);
    assert.deepEqual(story.actions.map(({ action, by, outcome }) => [action, by, outcome]), [['refund', 'Deniz', 'done']]);
    assert.deepEqual(story.changes.map(({ kind, by, why, state }) => [kind, by, why, state]), [['refund', 'Deniz', 'Kırık', 'done']]);
  });

  test('that cannot be written down is not done', async () => {
    const { world, admin, _id } = await paid();
    world.data.before = async ({ collection }) => {
      if (collection === 'VeloposActions') throw world.data.error('WDE0028', 'timeout');
    };
    await assert.rejects(admin.refund(_id, { id: changeId('a'), amount: '10.00', why: '' }), /WDE0028/);
    assert.deepEqual([world.bank.changes, world.data.all('VeloposChanges')], [[], []]);
  });

  test('whose outcome cannot be written down was done all the same, and says so', async () => {
    const { world, admin, _id } = await paid();
    world.data.before = async ({ op, collection }) => {
      if (collection === 'VeloposActions' && op === 'update') throw world.data.error('WDE0028', 'timeout');
    };
    const { state } = await admin.refund(_id, { id: changeId('a'), amount: '10.00', why: '' });
    assert.deepEqual([state, actions(world).map(({ outcome }) => outcome)], ['done', ['']]);
    assert.match(world.log, /error velopos admin refund [0-9a-f]{32} has no outcome in VeloposActions: done/);
  });

  test('that fails says how, and is answered with the reason', async () => {
    const { world, admin, _id } = await paid();
    world.secret = '{}';
    await assert.rejects(admin.askBank(_id), /names no virtual POS/);
    assert.deepEqual(actions(world).map(({ action, outcome }) => [action, outcome]), [['ask', 'failed Error']]);
  });

  test('a container that dies anywhere in a refund leaves who wanted it, and money goes back at most once', async () => {
    await everyDeath(async () => {
      const { world, admin, _id } = await paid();
      return { world, _id, work: () => admin.refund(_id, { id: changeId('a'), amount: '10.00', why: '' }) };
    }, async ({ world, _id }, where) => {
      world.pass(5 * 60_000);
      const sent = world.bank.changes.length;
      assert.ok(sent <= 1 && (sent === 0 || actions(world).length === 1), where);
      const again = await world.container().site.admin.refund(_id, { id: changeId('a'), amount: '10.00', why: '' });
      assert.ok(['done', 'unknown', 'busy'].includes(again.state), `${where}: ${again.state}`);
      assert.ok(world.bank.changes.length <= 1, where);
    });
  });
});

// ---- what a browser sends

describe('what a browser sends', () => {
  let world;
  let admin;
  before(async () => {
    world = new World();
    world.member = ADMIN;
    const site = world.container();
    const { intentId } = await site.started();
    await site.call('post_payment3DSuccess', [intentId], { body: message(world.intent(intentId).bankOrderId, 'paid') });
    ({ admin } = site.site);
  });
  beforeEach(() => { world.data.log.length = 0; });

  const EVIL = { amount: '10.00', state: 'refunded', standing: 'refunded', url: 'https://evil.example/', okUrl: 'https://evil.example/', mode: 'production', by: { id: 'x', name: 'x' }, refs: 'x', currency: 'USD' };
  const writes = () => world.data.log.filter(({ op }) => !['get', 'find'].includes(op));

  test('a payment’s id is one of ours, or nothing is done', async () => {
    for (const id of [undefined, null, 7, '', 'x', '../x', ['a'.repeat(40)], { _id: 'x' }, 'A'.repeat(40), `${'a'.repeat(40)}\n`, '__proto__']) {
      for (const method of ['askBank', 'setAside', 'paymentStory', 'refund', 'capture', 'voidPayment']) {
        assert.deepEqual(await admin[method](id, { id: changeId('a'), amount: '1.00', why: '' }), { problem: 'input', field: 'paymentId' }, `${method} ${String(id)}`);
      }
    }
    assert.deepEqual(writes(), []);
    assert.deepEqual(await admin.paymentStory('f'.repeat(40)), { problem: 'gone' });
    assert.equal((await admin.refund('f'.repeat(40), { id: changeId('a'), amount: '1.00', why: '' })).state, 'refused');
  });

  test('a change’s id, amount and reason have their form, or nothing is done', async () => {
    const [{ _id }] = world.payments;
    const ids = [undefined, null, '', 'x', 'A'.repeat(32), 'a'.repeat(31), `${'a'.repeat(32)} `, ['a'.repeat(32)], 5];
    for (const id of ids) assert.deepEqual(await admin.refund(_id, { id, amount: '1.00', why: '' }), { problem: 'input', field: 'id' });
    for (const amount of [undefined, null, '', 10, 10.5, '-1.00', '1,00', '1e2', '1.000', '٣', ' 1.00', '1.00 TL', ['1.00'], { minor: '100' }, '9'.repeat(16)]) {
      for (const method of ['refund', 'capture']) assert.deepEqual(await admin[method](_id, { id: changeId('a'), amount, why: '' }), { problem: 'input', field: 'amount' }, String(amount));
    }
    for (const why of [7, {}, 'x'.repeat(301), 'a\nb', 'a\u0000b', 'a\u2028b']) assert.deepEqual(await admin.refund(_id, { id: changeId('a'), amount: '1.00', why }), { problem: 'input', field: 'why' });
    assert.deepEqual(writes(), []);
    for (const nothing of [undefined, null, 'x', 7, []]) assert.deepEqual(await admin.refund(_id, nothing), { problem: 'input', field: 'id' });
  });

  test('an amount above what was taken, of nothing, or not of the currency is refused by velopos and by us', async () => {
    const [{ _id }] = world.payments;
    for (const amount of ['149.91', '0.00', '5', '99999999.99']) {
      const { state } = await admin.refund(_id, { id: changeId('b'), amount, why: '' });
      assert.equal(state, 'refused', amount);
    }
    assert.equal(world.bank.changes.length, 0);
    assert.equal(world.payments[0].refunded, '0.00');
  });

  test('other fields mean nothing', async () => {
    const [{ _id }] = world.payments;
    const { state } = await admin.refund(_id, { ...EVIL, id: changeId('c'), amount: '1.00', why: '' }, EVIL, '0.01');
    assert.equal(state, 'done');
    await admin.voidPayment(_id, { ...EVIL, id: changeId('d'), why: '' });
    await admin.askBank(_id, EVIL, 'refunded');
    await admin.setAside(_id, EVIL);
    const kept = JSON.stringify([world.payments, world.data.all('VeloposChanges'), world.data.all('Orders'), world.data.all('VeloposActions')]);
    assert.doesNotMatch(kept, /evil|USD|production|10\.00/);
    assert.deepEqual(world.data.all('VeloposChanges').map(({ kind, amount, by }) => [kind, amount, by.name]), [['refund', '1.00', 'Deniz']]);
  });

  test('filters, periods and accounts of no form are refused, inherited ones are nothing', async () => {
    for (const question of [{ from: '2026-02-30', to: '2026-03-01' }, { from: '2026-01-02', to: '2026-01-01' }, { from: '2026-01-01', to: '2026-03-01', account: 'isbank' }, { from: 'x' }, { from: ['2026-01-01'] }]) {
      assert.equal((await admin.compare({ account: 'isbank', to: '2026-01-31', ...question })).problem, 'input');
    }
    for (const account of [undefined, 'yok', '__proto__', 'constructor', ['isbank'], { name: 'isbank' }]) {
      assert.deepEqual(await admin.compare({ account, from: '2026-01-01', to: '2026-01-01' }), { problem: 'input', field: 'account' });
    }
    for (const filter of [{ state: 'paid' }, { standing: '$ne' }, { page: -1 }, { page: 1.5 }, { page: '1' }, { number: 'x'.repeat(65) }, { account: 'a\nb' }]) {
      assert.equal((await admin.listPayments(filter)).problem, 'input', JSON.stringify(filter));
    }
    for (const nothing of [undefined, null, 7, 'x', [], Object.create({ state: 'late' }), JSON.parse('{"__proto__":{"state":"late"}}')]) {
      assert.equal((await admin.listPayments(nothing)).items.length, 1);
    }
    assert.equal((await admin.overview({ unit: 'hour' })).problem, 'input');
    assert.equal((await admin.exportCsv({ what: 'secrets', from: '2026-01-01', to: '2026-01-02' })).problem, 'input');
  });

  test('files of no form are refused with the line', async () => {
    assert.deepEqual(await admin.previewImport(7), { problem: 'input', field: 'text' });
    assert.deepEqual(await admin.previewImport('a;b\n"x'), { problem: 'file-quote', field: '2' });
    assert.equal((await admin.previewImport('x'.repeat(450_001))).problem, 'file-too-large');
    assert.equal((await admin.previewImport('a;b\n1;2', { columns: { amount: -1 } })).problem, 'input');
    assert.equal((await admin.previewImport('a;b\n1;2', { delimiter: '|' })).problem, 'input');
    const bad = 'Sipariş No;Tarih;Tutar\nA1;10.01.2026;yüz';
    assert.deepEqual(await admin.importRows(bad, {}, { account: 'isbank' }), { problem: 'file-lines', field: '2' });
    const outside = 'Sipariş No;Tarih;Tutar\nA1;10.01.2026;5,00';
    assert.deepEqual(await admin.importRows(outside, {}, { account: 'isbank', from: '2026-01-11', to: '2026-01-12' }), { problem: 'input', field: 'from' });
    assert.deepEqual(world.data.all('VeloposBankRows'), []);
  });

  test('the same file twice, and twice at once, keeps each line once; a later one corrects it', async () => {
    const file = (state) => `Sipariş No;Tarih;Tutar;Durum\nA1;10.01.2026;5,00;Onaylandı\nA1;10.01.2026;5,00;Onaylandı\nA2;11.01.2026;7,00;${state}`;
    const take = (state) => admin.importRows(file(state), {}, { account: 'isbank', from: '2026-01-09', to: '2026-01-12' });
    await Promise.all([take('Onaylandı'), take('Onaylandı')]);
    assert.deepEqual(await take('Onaylandı'), { kept: 3, next: null });
    const rows = () => world.data.all('VeloposBankRows').filter(({ kind }) => kind !== 'listed').map(({ bankOrderId, outcome }) => [bankOrderId, outcome]);
    assert.deepEqual(rows(), [['A1', 'approved'], ['A1', 'approved'], ['A2', 'approved']]);
    assert.deepEqual(world.data.all('VeloposBankRows').filter(({ kind }) => kind === 'listed').map(({ day }) => day).sort(), ['2026-01-09', '2026-01-10', '2026-01-11', '2026-01-12']);
    await take('İptal Edildi');
    assert.deepEqual(rows().sort(), [['A1', 'approved'], ['A1', 'approved'], ['A2', 'voided']]);
  });

  test('a long file is kept in several requests, and its days are marked with the last one', async () => {
    const lines = Array.from({ length: 2500 }, (_, index) => `L${index};${String(1 + index % 28).padStart(2, '0')}.03.2026;${index + 1},00`);
    const file = `Sipariş No;Tarih;Tutar\n${lines.join('\n')}`;
    const marked = () => world.data.all('VeloposBankRows').filter(({ kind, day }) => kind === 'listed' && day >= '2026-03-01').length;
    const seen = [];
    for (let next = 0; next !== null;) {
      const answer = await admin.importRows(file, {}, { account: 'isbank', next });
      seen.push([answer.kept, marked()]);
      next = answer.next;
    }
    assert.deepEqual(seen, [[1000, 0], [2000, 0], [2500, 28]]);
  });

  test('a test payment is no turnover of the real shop', async () => {
    const real = await admin.overview({ mode: 'production' });
    const tried = await admin.overview({ mode: 'test' });
    assert.deepEqual([real.total.length, tried.total[0].taken], [0, '149.90']);
  });
});

// ---- in velo-local, with the simulated banks

describe('with the banks', () => {
  let example;
  let site;
  let banks;
  let customer;
  let admin;

  before(async () => {
    example = await startExample({
      sitePort: 0, banksPort: 0, site: { containers: 2, jobEveryMs: 0 },
      banks: { paytr: { times: { browserWaitMs: 100, retryMs: 200 } }, iyzico: { times: { webhookFirstMs: 60_000 } } },
    });
    ({ site, banks } = example);
    customer = new Customer(example, createDice(1));
    admin = site.members.cookie('admin');
    banks.garanti.settings.refundNeedsSettlement = false;
  });
  after(() => example?.close());

  const all = (name) => site.data.collection(name).all();
  const paymentOf = (intentId) => all('VeloposPayments').find((payment) => payment.intentId === intentId);

  async function call(method, args, cookie = admin) {
    const response = await fetch(`${site.url}/_api/backend/admin.web.js/${method}`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...(cookie && { cookie }) }, body: JSON.stringify({ args }),
    });
    const { result, error } = await response.json();
    return error ? { status: response.status, ...error } : result;
  }

  async function until(what, found) {
    for (let i = 0; i < 100; i += 1) {
      if (await found()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail(`${what} never came`);
  }

  /** A sale on the site, booked. */
  async function sold(account, product = 'kahve') {
    const intentId = await customer.buy(product, account);
    await until(`the payment at ${account}`, () => paymentOf(intentId));
    return paymentOf(intentId);
  }

  let ahead = 0;
  /** The site's clock goes on; it never goes back. */
  function pass(minutes) {
    ahead += minutes * 60_000;
    site.habits.set({ clockAheadMs: ahead });
  }

  /** Yesterday to tomorrow, wherever midnight is. */
  function period() {
    return { from: addDays(dayOf(Date.now()), -1), to: addDays(dayOf(Date.now() + ahead), 1) };
  }

  async function compare(account) {
    for (let run; ;) {
      const progress = await call('gatherBankRows', [{ account, ...period(), run }]);
      assert.equal(progress.problem, null, JSON.stringify(progress));
      if (progress.left === 0) break;
      run = progress.run;
    }
    const answer = await call('compare', [{ account, ...period() }]);
    assert.equal(answer.problem, undefined, JSON.stringify(answer));
    return answer;
  }

  const told = ({ differences }) => differences.map(({ kind, ours, theirs, known }) => [kind, ours, theirs, known]);

  /** Somebody in the bank's own panel: the package on another machine, with the same credentials. */
  function panel(account, payment) {
    const pos = createPos(accounts(banks.url)[account], { claim: async () => true });
    const start = JSON.parse(site.data.collection('VeloposStarts').get(payment.intentId).order);
    return { pos, order: { ...start, refs: payment.refs } };
  }

  test('Wix’s own lock: visitors and members are turned away before the code is asked, and nothing is written down', async () => {
    const before = all('VeloposActions').length;
    for (const cookie of [null, site.members.cookie('member')]) {
      for (const method of methods) assert.equal((await call(method, [{}], cookie)).status, 403, method);
    }
    assert.equal(all('VeloposActions').length, before);
  });

  /** Whose answer to an inquiry tells what went back in the panel. */
  const LEARNS_REFUNDS = ['yapikredi', 'vakifbank', 'paytr'];

  for (const account of WAYS) {
    const hasList = !['isbank', 'yapikredi'].includes(account);
    test(`${account}: sales and a refund agree; the panel’s refund, a lost callback and somebody else’s sale are told`, async () => {
      const first = await sold(account);
      const second = await sold(account, 'cezve');
      const agreeing = await compare(account);
      assert.deepEqual([told(agreeing), agreeing.matched, agreeing.lists], [[], 2, hasList]);
      assert.deepEqual(agreeing.theirs.total.map(({ taken, payments }) => [taken, payments]), [['828.90', 2]]);
      assert.deepEqual(agreeing.ours.total[0].taken, agreeing.theirs.total[0].taken);
      if (['paytr', 'iyzico'].includes(account)) assert.match(agreeing.theirs.total[0].commission, /^\d+\.\d\d$/);

      const refunded = await call('refund', [first._id, { id: changeId('1'), amount: '10.00', why: 'Ezik' }]);
      assert.equal(refunded.state, 'done', JSON.stringify(refunded));
      const afterRefund = await compare(account);
      assert.deepEqual([told(afterRefund), afterRefund.matched], [[], 3]);
      assert.equal(afterRefund.theirs.total[0].net, '818.90');

      const { pos, order } = panel(account, paymentOf(second.intentId));
      const inPanel = await pos.refund(order, { id: 'PANEL1', amount: '5.00' });
      assert.equal(inPanel.status, 'refunded');
      const isNamed = account !== 'vakifbank';   // its list has no order number where money went back
      assert.deepEqual(told(await compare(account)), [isNamed ? ['refunded-there', '0.00', '5.00', false] : ['unattributed', null, '5.00', false]]);

      await call('askBank', [second._id]);
      const isLearnt = paymentOf(second.intentId).refunded === '5.00';
      assert.equal(isLearnt, LEARNS_REFUNDS.includes(account));
      assert.deepEqual(told(await compare(account)), [isNamed || isLearnt ? ['refunded-there', '0.00', '5.00', isLearnt] : ['unattributed', null, '5.00', false]]);

      const { bankOrderId, intentId } = await lostSale(account);
      const found = (await compare(account)).differences.find(({ orderId }) => orderId === bankOrderId);
      assert.deepEqual(found && [found.kind, found.ours, found.theirs, found.intentId, found.attempt],
        hasList && isTakenByBank(account) ? ['missing-here', null, '149.90', intentId, 'new'] : undefined);
      site.habits.set({ drop: { times: 0 } });
      await settle(3);
      assert.equal(told(await compare(account)).some(([kind]) => kind === 'missing-here'), false, 'the job has found it');
      assert.equal(paymentOf(intentId)?.standing, isTakenByBank(account) ? 'paid' : undefined);
    });
  }

  for (const account of ['isbank', 'garanti', 'vakifbank', 'iyzico']) {
    test(`${account}: money that is reserved is no turnover; captured in part by an administrator it is, and both sides agree`, async () => {
      const reserved = await sold(account, 'degirmen');
      assert.equal(reserved.standing, 'authorized');
      const of = (answer) => answer.differences.filter(({ paymentId }) => paymentId === reserved._id);
      const before = await compare(account);
      assert.deepEqual(of(before), []);
      const { can } = await call('paymentStory', [reserved._id]);
      assert.deepEqual([can.capture, can.void, can.refund], [null, null, 'ORDER']);
      const taken = await call('capture', [reserved._id, { id: changeId('8'), amount: '1000.00', why: 'Gönderildi' }]);
      assert.equal(taken.state, 'done', JSON.stringify(taken));
      const after = await compare(account);
      assert.deepEqual(of(after), []);
      for (const side of ['ours', 'theirs']) assert.equal(minor(after[side].total[0].taken) - minor(before[side].total[0]?.taken ?? '0.00'), 100_000, side);
    });

    test(`${account}: voided by an administrator, both sides agree`, async () => {
      const payment = await sold(account, 'cezve');
      const { state } = await call('voidPayment', [payment._id, { id: changeId('9'), why: '' }]);
      assert.equal(state, 'done');
      assert.deepEqual((await compare(account)).differences.filter(({ paymentId }) => paymentId === payment._id), []);
      assert.equal((await call('paymentStory', [payment._id])).payment.standing, 'voided');
    });
  }

  test('on our side and not on the bank’s: told when the bank has had time to list it, and not before', async () => {
    const real = await sold('garanti');
    const bankOrderId = newOrderId();
    site.data.collection('VeloposPayments').put({ ...real, _id: 'f'.repeat(40), bankOrderId, dedupeKey: 'of no bank', recordedAt: Date.now() + ahead });
    const about = ({ differences }) => differences.filter(({ orderId }) => orderId === bankOrderId).map(({ kind, ours }) => [kind, ours]);
    const early = await compare('garanti');
    assert.deepEqual([about(early), early.unchecked], [[], 1]);
    pass(15);
    assert.deepEqual(about(await compare('garanti')), [['missing-there', '149.90']]);
    site.data.collection('VeloposPayments').remove('f'.repeat(40));
  });

  test('somebody else’s sale at the same virtual POS', async () => {
    const pos = createPos(accounts(banks.url).garanti, { claim: async () => true });
    const order = { id: newOrderId(), amount: '77.00', currency: 'TRY', urls: { ok: `${site.url}/x`, fail: `${site.url}/x` }, customer: { ip: '203.0.113.7' } };
    const { redirect } = await pos.start(order);
    await banks.garanti.visit(redirect.fields, { card: 'success' });
    const found = (await compare('garanti')).differences.find(({ orderId }) => orderId === order.id);
    assert.deepEqual([found.kind, found.theirs, found.attempt, found.paymentId], ['missing-here', '77.00', null, null]);
  });

  test('İş Bankası lists no days: its panel’s file shows what single orders cannot', async () => {
    const { bankOrderId, intentId } = await lostSale('isbank');
    assert.deepEqual((await compare('isbank')).differences.filter(({ orderId }) => orderId === bankOrderId), []);
    const rows = banks.nestpay.payments().filter(({ captured }) => captured > 0n)
      .map(({ orderId, captured, at }) => [orderId, new Date(at + 3 * 3_600_000).toISOString().slice(0, 16).replace('T', ' '), 'Satış', `${captured / 100n},${String(captured % 100n).padStart(2, '0')}`, 'Onaylandı']);
    const file = writeCsv([['Sipariş No', 'İşlem Tarihi', 'İşlem Tipi', 'Tutar', 'Durum'], ...rows], 'tr');
    const seen = await call('previewImport', [file]);
    assert.deepEqual([seen.missing, seen.problems, seen.count], [[], [], rows.length]);
    const taken = await call('importRows', [file, {}, { account: 'isbank', ...period() }]);
    assert.deepEqual(taken, { kept: rows.length, next: null });
    const found = (await compare('isbank')).differences.find(({ orderId }) => orderId === bankOrderId);
    assert.deepEqual([found.kind, found.theirs, found.intentId, found.attempt], ['missing-here', '149.90', intentId, 'new']);
    await settle(3);
    assert.deepEqual((await compare('isbank')).differences.filter(({ orderId }) => orderId === bankOrderId), []);
  });

  test('two administrators press at once: the same change goes back once, two different ones within what was taken', async () => {
    const { _id, bankOrderId } = await sold('iyzico', 'fincan');
    const atBank = () => banks.iyzico.payments().find(({ orderId }) => orderId === bankOrderId).refunded;
    const press = (letter, amount) => call('refund', [_id, { id: changeId(letter), amount, why: '' }], site.members.cookie('admin'));
    const same = await Promise.all(Array.from({ length: 6 }, () => press('2', '100.00')));
    assert.ok(same.every(({ state }) => ['done', 'busy'].includes(state)), JSON.stringify(same.map(({ state }) => state)));
    assert.equal(atBank(), 10_000n);
    const different = await Promise.all(['3', '4', '5', '6'].map((letter) => press(letter, '700.00')));
    assert.ok(atBank() <= 124_950n, String(atBank()));
    const done = different.filter(({ state }) => state === 'done').length;
    assert.equal(atBank(), 10_000n + 70_000n * BigInt(done));
    const again = await press('2', '100.00');
    assert.deepEqual([again.state, atBank()], ['done', 10_000n + 70_000n * BigInt(done)]);
    const written = all('VeloposActions').filter(({ about, action }) => about === _id && action === 'refund');
    assert.equal(written.length, 11);
    assert.ok(written.every(({ outcome, by }) => outcome !== '' && by.name === 'Deniz'));
  });

  test('the nightly job shows what differs, at the payment, until somebody has looked', async () => {
    const payment = await sold('iyzico');
    const { pos, order } = panel('iyzico', payment);
    await pos.refund(order, { id: 'PANEL2', amount: '5.00' });
    pass(24 * 60);
    await site.runJob('nightly');
    assert.equal(paymentOf(payment.intentId).attention, 'seen-at-bank');
    const runs = all('VeloposActions').filter(({ action }) => action === 'nightly').map(({ about, outcome }) => [about, outcome.split(' ')[0]]);
    assert.deepEqual(runs.map(([about]) => about).sort(), ['garanti', 'iyzico', 'paytr', 'vakifbank']);
    assert.deepEqual(runs.find(([about]) => about === 'iyzico'), ['iyzico', 'differs']);
    const { waiting, jobs } = await call('overview', [{}]);
    assert.ok(waiting.payments.some(({ id, attention }) => id === payment._id && attention === 'seen-at-bank'));
    assert.equal(jobs.filter(({ action }) => action === 'nightly').length, 4);
    const fetched = () => site.logs('').filter(({ kind }) => kind === 'fetch').length;
    const before = fetched();
    await site.runJob('nightly');
    assert.equal(fetched(), before, 'once a night');
    assert.equal((await call('setAside', [payment._id])).state, 'done');
    const found = (await compare('iyzico')).differences.find(({ paymentId }) => paymentId === payment._id);
    assert.deepEqual([found.kind, found.theirs, found.known], ['refunded-there', '5.00', true]);
  });

  test('a bank that does not answer stops the asking, and says so; what was asked stays', async () => {
    await compare('garanti');
    const kept = all('VeloposBankRows').length;
    banks.garanti.fault({ on: '*', kind: 'http-500-before', times: 5 });
    const progress = await call('gatherBankRows', [{ account: 'garanti', ...period() }]);
    banks.garanti.clearFaults();
    assert.equal(progress.problem, 'UNREACHABLE');
    assert.equal(all('VeloposBankRows').length, kept);
    assert.equal(all('VeloposActions').at(-1).outcome, 'failed UNREACHABLE');
  });

  test('a bank’s list that has changed takes the place of the old one', async () => {
    const { _id, bankOrderId } = await sold('garanti');
    await compare('garanti');
    const stale = { ...all('VeloposBankRows').find((row) => row.bankOrderId === bankOrderId), _id: 'old', amount: '1.00', importedAt: 1 };
    site.data.collection('VeloposBankRows').put(stale);
    assert.deepEqual((await compare('garanti')).differences.filter(({ paymentId }) => paymentId === _id), []);
    assert.equal(all('VeloposBankRows').some(({ _id: id }) => id === 'old'), false);
  });

  test('what is downloaded runs in no spreadsheet', async () => {
    const { _id } = await sold('isbank');
    await call('refund', [_id, { id: changeId('7'), amount: '1.00', why: '=HYPERLINK("https://evil.example";"x")' }]);
    const question = { ...period(), language: 'tr' };
    const changes = await call('exportCsv', [{ ...question, what: 'changes' }]);
    assert.match(changes.text, /;"'=HYPERLINK\(""https/);
    assert.doesNotMatch(changes.text, /(^|;)"?[=+@-]/m);
    const payments = await call('exportCsv', [{ ...question, what: 'payments', account: 'isbank' }]);
    assert.match(payments.text, /;148,90;|;149,90;/);
    const comparison = await call('exportCsv', [{ ...question, what: 'comparison', account: 'iyzico' }]);
    assert.match(comparison.text, /refunded-there;[A-Z0-9]+;0,00;5,00;TRY/);
    assert.deepEqual(all('VeloposActions').slice(-1).map(({ action, about, by }) => [action, about, by.name]), [['export', 'iyzico', 'Deniz']]);
  });

  test('no secret, card number, reference of velopos or digest is in any answer', async () => {
    const { items } = await call('listPayments', [{}]);
    const answers = [items, await call('overview', [{}])];
    for (const { id } of items) answers.push(await call('paymentStory', [id]));
    for (const account of WAYS) answers.push(await compare(account));
    for (const what of ['payments', 'changes']) answers.push(await call('exportCsv', [{ ...period(), what }]));
    const text = JSON.stringify(answers);
    const secrets = Object.values(accounts(banks.url)).flatMap(({ merchant }) => Object.entries(merchant)).filter(([name]) => !/terminal|posnetId/i.test(name)).map(([, value]) => value);
    assert.ok(secrets.length > 12);
    for (const secret of secrets) assert.ok(!text.includes(secret), secret);
    const kept = all('VeloposPayments');
    for (const { refs, dedupeKey } of kept) for (const hidden of [refs, dedupeKey]) assert.ok(!text.includes(JSON.stringify(hidden).slice(1, -1)), hidden);
    assert.doesNotMatch(text, /\b4\d{15}\b|"(refs|dedupeKey|redirect|hash|HASH|storeKey|cvv|token)"/);
    assert.ok(items.length > 10);
  });

  const minor = (amount) => Number(amount.replace('.', ''));

  /** Where our own server takes the money, a customer who does not come back has paid nothing. */
  const isTakenByBank = (account) => account !== 'yapikredi';

  /** Paid, and neither the browser nor the bank tells the site. */
  async function lostSale(account) {
    site.habits.set({ drop: { times: account === 'paytr' ? 1000 : 0, function: 'paytrNotification' } });   // PayTR itself never keeps silent
    const calm = new Customer(example, { ...createDice(2), chance: (probability) => probability > 0.5 });
    const { intentId } = await calm.browser.call('startPayment', ['kahve', account, CUSTOMER]);
    await calm.visit(await calm.leave(intentId), account, 'silent');
    return all('VeloposIntents').map(({ _id, bankOrderId }) => ({ intentId: _id, bankOrderId })).find((each) => each.intentId === intentId);
  }

  async function settle(minutes) {
    pass(minutes);
    await site.runJob('settle');
  }
});
