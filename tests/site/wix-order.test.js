// Orders of Wix eCommerce, paid from a page of the site's own by a link.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyDeath, holdBack, turn } from './killing.js';
import { World, message } from './world.js';

const MINUTE = 60_000;
const plain = (value) => JSON.parse(JSON.stringify(value));

/** A world with an order of Wix's, and its buyer at the bank. */
async function atBank(more) {
  const world = new World();
  const order = world.wix.addOrder(more);
  const site = world.container();
  const { intentId } = await site.site.wixOrders.payOrder(order._id);
  await site.pay(intentId);
  const { bankOrderId } = world.intent(intentId);
  const comeBack = (status) => world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, status) });
  const bankSays = (answer) => world.bank.answers.set(bankOrderId, answer);
  const job = (minutes) => { world.pass(minutes * MINUTE); return world.container().site.settle.settle(); };
  const added = () => world.wix.orders.get(order._id).payments;
  return { world, order, intentId, bankOrderId, comeBack, bankSays, job, added };
}

const change = (world, id, more) => { Object.assign(world.wix.orders.get(id).order, more); };

test('the page shows what is due, and the attempt is made of Wix’s order', async () => {
  const world = new World();
  const order = world.wix.addOrder();
  const { wixOrders } = world.container().site;
  assert.deepEqual(await wixOrders.orderDue(order._id), { number: '10001', amount: '289.80', currency: 'TRY', test: true });
  const { intentId } = await wixOrders.payOrder(order._id);
  const { book, orderId, orderNumber, amount, currency, customer, mode } = world.intent(intentId);
  assert.deepEqual({ book, orderId, orderNumber, amount, currency, customer, mode }, {
    book: 'wix-order', orderId: order._id, orderNumber: '10001', amount: '289.80', currency: 'TRY', customer: null, mode: 'test',
  });
});

test('amounts as Wix writes them; what is left after a gift card; none that is not exact', async () => {
  const dueOf = async (more) => {
    const world = new World();
    const { _id } = world.wix.addOrder(more);
    return (await world.container().site.wixOrders.orderDue(_id))?.amount ?? null;
  };
  const balance = (amount) => ({ balanceSummary: { balance: { amount } } });
  for (const [written, amount] of [['289.8', '289.80'], ['289', '289.00'], ['0.01', '0.01'], ['289.800', '289.80'], ['1234567.5', '1234567.50']]) {
    assert.equal(await dueOf(balance(written)), amount);
  }
  for (const written of ['0', '0.00', '0.001', '289.805', '-5', '1e3', ' 5', '1,5', '', 'x', null, undefined, 5, {}]) {
    assert.equal(await dueOf({ ...balance(written), priceSummary: {} }), null, String(written));
  }
  assert.equal(await dueOf({ paymentStatus: 'PARTIALLY_PAID', ...balance('100.00') }), '100.00');
  assert.equal(await dueOf({ paymentStatus: 'PARTIALLY_PAID', balanceSummary: undefined }), null);
  assert.equal(await dueOf({ balanceSummary: undefined }), '289.80');
  assert.equal(await dueOf({ currency: 'JPY', ...balance('150') }), '150');
  assert.equal(await dueOf({ currency: 'XXX' }), null);
});

test('an order that waits for no money is not paid', async () => {
  const closed = [{ status: 'CANCELED' }, { status: 'REJECTED' }, ...['PAID', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED', 'PENDING', 'PENDING_MERCHANT', 'UNSPECIFIED', undefined]
    .map((paymentStatus) => ({ paymentStatus }))];
  for (const more of closed) {
    const world = new World();
    const { _id } = world.wix.addOrder(more);
    const { wixOrders } = world.container().site;
    assert.equal(await wixOrders.orderDue(_id), null);
    assert.deepEqual(await wixOrders.payOrder(_id), { problem: 'notDue' });
    assert.equal(world.data.all('VeloposIntents').length, 0);
  }
});

test('the web methods take the id of an order, and nothing else', async () => {
  const world = new World();
  const { _id } = world.wix.addOrder();
  const { wixOrders } = world.container().site;
  const evil = { amount: '0.01', currency: 'USD', account: 'paytr', returnUrl: 'https://evil.example/' };
  const { intentId } = await wixOrders.payOrder(_id, evil, '0.01', 'https://evil.example/');
  assert.deepEqual([world.intent(intentId).amount, world.intent(intentId).currency, world.intent(intentId).account], ['289.80', 'TRY', 'isbank']);
  assert.doesNotMatch(JSON.stringify(world.data.all('VeloposIntents')), /evil|0\.01|USD/);
  for (const odd of [undefined, null, '', 7, {}, { _id, ...evil }, [_id], `${_id} `, `${_id}/`, _id.toUpperCase().replace('0', 'G'), '__proto__', `00000000-0000-4000-8000-999999999999`]) {
    assert.equal(await wixOrders.orderDue(odd), null);
    assert.deepEqual(await wixOrders.payOrder(odd), { problem: 'notDue' });
  }
});

test('a gateway that wants the buyer gets him from the order, or is not begun', async () => {
  const world = new World();
  const { isbank, ...others } = JSON.parse(world.secret);
  world.secret = JSON.stringify({ paytr: others.paytr, isbank });
  const known = world.wix.addOrder();
  const unknown = world.wix.addOrder({ billingInfo: undefined });
  const { wixOrders } = world.container().site;
  const { intentId } = await wixOrders.payOrder(known._id);
  assert.deepEqual(plain(world.intent(intentId).customer), { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '05551234567' });
  assert.deepEqual(await wixOrders.payOrder(unknown._id), { problem: 'buyer' });
});

test('paid: one payment is added to the order, with its status in both places', async () => {
  const { world, intentId, bankOrderId, comeBack, added } = await atBank();
  const answer = await comeBack('paid');
  assert.equal(answer.headers.Location, `https://www.example.com/result?payment=${intentId}`);
  await comeBack('paid');
  const [payment, ...more] = added();
  assert.deepEqual(more, []);
  const { status, amount, regularPaymentDetails: details } = payment;
  assert.deepEqual([status, amount.amount, details.status, details.offlinePayment], ['APPROVED', '289.80', 'APPROVED', false]);
  assert.deepEqual([details.gatewayTransactionId, details.providerTransactionId], [world.payments[0]._id, bankOrderId]);
  assert.equal(details.paymentMethod, 'DENEME / TEST');
  assert.equal(world.payments[0].state, 'booked');
  assert.equal((await world.container().shop.paymentState(intentId)).state, 'paid');
  assert.equal((await world.container().shop.paymentState(intentId)).orderNumber, '10001');
});

test('ten returns at once: one payment in Wix', async () => {
  const { world, comeBack, added, job } = await atBank();
  world.data.before = async () => { for (let i = 0; i < Math.random() * 4; i += 1) await turn(); };
  await Promise.all(Array.from({ length: 10 }, () => comeBack('paid')));
  world.data.before = async () => {};
  await job(5);
  assert.equal(added().length, 1);
});

for (const keepsNames of [true, false]) {
  for (const behind of [0, MINUTE]) {
    const lists = `Wix ${keepsNames ? 'keeps' : 'loses'} our names, and its lists are ${behind ? 'a minute behind' : 'current'}`;
    test(`death at every operation of a return, addPayments included: one payment in Wix (${lists})`, async () => {
      await everyDeath(async () => {
        const at = await atBank();
        Object.assign(at.world.wix, { keepsNames, listsAreBehind: behind });
        at.bankSays({ status: 'paid', proof: 'reply' });
        return { ...at, work: () => at.comeBack('paid') };
      }, async ({ world, intentId, job, added }, where) => {
        await job(5);
        await job(5);
        assert.equal(added().length, 1, where);
        assert.equal(world.intent(intentId).state, 'paid', where);
        assert.deepEqual(world.payments.map(({ state }) => state), ['booked'], where);
      });
    });
  }
}

test('an addPayments without an answer, whether it happened or not: one payment in Wix', async () => {
  for (const happened of [false, true]) {
    for (const keepsNames of [false, true]) {
      const { world, comeBack, added, job } = await atBank();
      world.wix.keepsNames = keepsNames;
      let left = 2;
      world.data[happened ? 'after' : 'before'] = async ({ op }) => {
        if (op === 'addPayments' && left-- > 0) throw new Error('Wix did not answer');
      };
      await comeBack('paid');
      await job(5);
      await job(5);
      await job(5);
      assert.equal(added().length, 1, `${happened} ${keepsNames}`);
      assert.equal(world.payments.length, 1);
    }
  }
});

for (const keepsNames of [true, false]) {
  test(`a container that sleeps while it adds, until another one has added: what it adds is one too many (Wix ${keepsNames ? 'keeps' : 'loses'} our names)`, async () => {
    const { world, comeBack, added, job } = await atBank();
    world.wix.keepsNames = keepsNames;
    const held = holdBack(world, ({ op }) => op === 'addPayments');
    const sleeper = comeBack('paid');
    await held.held();
    await job(5);
    assert.deepEqual(added().map(({ status }) => status), ['APPROVED']);
    world.pass(MINUTE);
    held.release();
    await sleeper;
    assert.deepEqual(added().map(({ status }) => status), ['APPROVED', 'VOIDED']);
    await world.container().site.changes.refundPayment(world.payments[0]._id, { id: 'r1', amount: '289.80', by: { id: 'm', name: 'Deniz' }, why: '' });
    assert.deepEqual(added().map(({ status }) => status), ['REFUNDED', 'VOIDED'], 'the refund is noted where the money is');
  });
}

test('added late, when the money had gone back already: Wix is told so, and what a sleeper knew before is not told again', async () => {
  const { world, comeBack, added, job } = await atBank();
  let late = null;
  world.data.before = async ({ op }, _container, perform) => {
    if (op !== 'addPayments' || late !== null) return;
    late = perform;
    throw new Error('Wix did not answer');
  };
  await comeBack('paid');
  const held = holdBack(world, ({ op }) => op === 'listTransactions');
  world.pass(3 * MINUTE);
  const sleeper = world.container().site.settle.settle();      // it has read the record, which is paid
  await held.held();
  world.data.before = async () => {};
  await world.container().site.changes.voidPayment(world.payments[0]._id, { id: 'v1', by: { id: 'm', name: 'Deniz' }, why: '' });
  late();
  assert.deepEqual([world.payments[0].standing, added()[0].status], ['voided', 'APPROVED']);
  await job(5);
  assert.deepEqual(added().map(({ status }) => status), ['VOIDED']);
  held.release();
  await sleeper;
  assert.deepEqual(added().map(({ status }) => status), ['VOIDED']);
});

test('another payment of the same amount, noted by hand before, is not taken for ours', async () => {
  const { world, order, comeBack, added, job } = await atBank();
  world.wix.keepsNames = false;
  world.wix.orders.get(order._id).payments.push({
    _id: 'by-hand', status: 'APPROVED', amount: { amount: '289.80' }, regularPaymentDetails: { offlinePayment: true }, at: world.now(), _createdDate: new Date(world.now() - 2 * MINUTE),
  });
  world.pass(1000);
  let left = 1;
  world.data.before = async ({ op }) => { if (op === 'addPayments' && left-- > 0) throw new Error('Wix did not answer'); };
  await comeBack('paid');
  await job(5);
  assert.equal(added().length, 2);
});

test('cancelled, changed or paid otherwise in the meantime: the money is late, and the order is left alone', async () => {
  const changes = [{ status: 'CANCELED' }, { paymentStatus: 'PAID', balanceSummary: { balance: { amount: '0.00' } } }, { balanceSummary: { balance: { amount: '300.00' } } }];
  for (const more of changes) {
    const { world, order, comeBack, added } = await atBank();
    change(world, order._id, more);
    await comeBack('paid');
    assert.deepEqual(world.payments.map(({ state }) => state), ['late']);
    assert.deepEqual(added(), []);
  }
  const { world, order, comeBack } = await atBank();
  world.wix.orders.delete(order._id);
  await comeBack('paid');
  assert.deepEqual(world.payments.map(({ state }) => state), ['late']);
});

test('paid in two tabs: one payment in Wix, and the other is shown as a duplicate', async () => {
  const world = new World();
  const { _id } = world.wix.addOrder();
  const intents = [];
  for (let i = 0; i < 2; i += 1) {
    const site = world.container();
    const { intentId } = await site.site.wixOrders.payOrder(_id);
    await site.pay(intentId);
    intents.push(world.intent(intentId));
  }
  await Promise.all(intents.map((intent) => world.container().call('post_payment3DSuccess', [intent._id], { body: message(intent.bankOrderId, 'paid') })));
  assert.deepEqual(world.payments.map(({ state }) => state).sort(), ['booked', 'duplicate']);
  assert.equal(world.wix.orders.get(_id).payments.length, 1);
});

test('refunded and voided here: Wix is told the payment’s new status, and where Wix refuses that, nothing stands still', async () => {
  for (const takesRefundStatus of [true, false]) {
    const { world, comeBack, added, job } = await atBank();
    world.wix.takesRefundStatus = takesRefundStatus;
    await comeBack('paid');
    const { changes } = world.container().site;
    const wish = { by: { id: 'm', name: 'Deniz' }, why: '' };
    await changes.refundPayment(world.payments[0]._id, { ...wish, id: 'r1', amount: '89.80' });
    assert.equal(added()[0].status, takesRefundStatus ? 'PARTIALLY_REFUNDED' : 'APPROVED');
    await changes.refundPayment(world.payments[0]._id, { ...wish, id: 'r2', amount: '200.00' });
    assert.equal(added()[0].status, takesRefundStatus ? 'REFUNDED' : 'APPROVED');
    await job(5);
    assert.deepEqual([world.payments[0].standing, world.payments[0].attention], ['refunded', '']);
    if (!takesRefundStatus) assert.match(world.log, /note by hand/);
  }
});

test('a refund that Wix could not be told of is told by the job', async () => {
  const { world, comeBack, added, job } = await atBank();
  await comeBack('paid');
  let left = 2;
  world.data.before = async ({ op }) => { if (op === 'updatePaymentStatus' && left-- > 0) throw new Error('Wix did not answer'); };
  await world.container().site.changes.refundPayment(world.payments[0]._id, { id: 'r1', amount: '289.80', by: { id: 'm', name: 'Deniz' }, why: '' });
  assert.equal(added()[0].status, 'APPROVED');
  await job(5);
  await job(5);
  assert.equal(added()[0].status, 'REFUNDED');
});

test('a decline or an attempt that was left ends nothing in Wix', async () => {
  const { world, comeBack, bankSays, added, job, order } = await atBank();
  await comeBack('declined');
  bankSays({ status: 'declined', proof: 'reply' });
  await job(70);
  assert.deepEqual([added(), world.wix.events], [[], []]);
  assert.ok((await world.container().site.wixOrders.payOrder(order._id)).intentId);
});

test('an error of Wix’s that is not “not found” is an error, not an order without a balance', async () => {
  const world = new World();
  const { _id } = world.wix.addOrder();
  world.data.before = async ({ op }) => { if (op === 'getOrder') throw new Error('Wix did not answer'); };
  await assert.rejects(world.container().site.wixOrders.payOrder(_id));
});
