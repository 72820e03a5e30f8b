// What must be true whatever happened, when the job has run until nothing is left to do: the bank's own book, the site's records and Wix's
// agree to the kuruş. The bank's side is the simulators' own, which know nothing of the package; nothing here uses the site's code.

import { TRANSACTION } from './people.js';

const BACK = ['voided', 'refunded'];
const WORK = /^(book|last question|wix pay news|wix order payment) /;
const SHOWN = ['unknown-change', 'late', 'duplicate'];

/** Attempts without an end, work that somebody began and nobody finished, and what is neither settled nor shown to a person. */
export function openThings(world) {
  const payments = new Map(world.payments.map((payment) => [payment._id, payment]));
  const isShown = ({ state, paymentId }) => state === 'unknown' && SHOWN.includes(payments.get(paymentId)?.attention);
  return [
    ...world.data.all('VeloposIntents').filter(({ state, review }) => state === 'new' && !review).map(({ state, account }) => `an attempt at ${account} is ${state}`),
    ...world.data.all('VeloposClaims').filter(({ state, subject }) => state === 'processing' && WORK.test(subject)).map(({ subject }) => `nobody finished: ${subject}`),
    ...world.data.all('VeloposChanges').filter((change) => change.open && !isShown(change)).map(({ kind, state }) => `a ${kind} is ${state}`),
    ...world.payments.filter(({ _id, state, standing }) => state === 'late' && !BACK.includes(standing) && !isBeingReturned(world, _id))
      .map(() => 'late money is not on its way back'),
  ];
}

/** Nobody knows whether it has gone back: it is shown as late, and nothing more is sent. */
const isBeingReturned = (world, id) => world.data.all('VeloposChanges').some(({ paymentId, state }) => paymentId === id && state === 'unknown');

/** Everything that is wrong, in words. @param {import('./world.js').FaultWorld} world @param {import('./scenarios.js').Scenario} scenario */
export function wrongIn(world, { end }) {
  return [...openThings(world), ...moneyWrong(world, end), ...ordersWrong(world), ...changesWrong(world), ...wixWrong(world),
    ...world.heardTooEarly.map(() => 'a notification was acknowledged before its attempt had an end')];
}

/** What a person is asked to look at, because nothing else can settle it. */
export function shownIn(world) {
  return [
    ...world.payments.filter(({ attention }) => attention !== '').map(({ attention }) => attention),
    ...world.data.all('VeloposIntents').filter(({ state, review }) => state === 'new' && review).map(() => 'attempt in doubt'),
  ];
}

/** How it stands at the end, in one line. */
export function standingOf(world) {
  const kept = sum([...bankEntries(world).values()].flat().map(({ left }) => left));
  const orders = world.data.all('Orders').map(({ state }) => state);
  const wix = [...world.wix.orders.values()].flatMap(({ payments }) => payments.map(({ status }) => status));
  return { kept, order: [...orders, ...wix, ...endsToldToWix(world)].join() };
}

// ---- money

/** What each bank has of each order number: only what was charged or reserved. */
function bankEntries(world) {
  const entries = new Map();
  for (const { orderId, status, minor, captured, refunded, voided = 0n } of world.bankPayments()) {
    if (status === 'declined' || status === 'open') continue;
    const left = status === 'voided' || status === 'authorized' ? 0n : captured - refunded - voided;
    entries.set(orderId, [...entries.get(orderId) ?? [], { minor, left, reserved: status === 'authorized' }]);
  }
  return entries;
}

function moneyWrong(world, { asked = 0n, late = false }) {
  const wrong = [];
  const entries = bankEntries(world);
  const intents = world.data.all('VeloposIntents');
  const known = new Set(intents.map(({ bankOrderId }) => bankOrderId));
  for (const [orderId, list] of entries) {
    if (!known.has(orderId)) wrong.push(`the bank charged ${orderId}, which is no attempt of the site`);
    if (list.length > 1) wrong.push('an order was charged twice');
  }
  for (const { _id, bankOrderId, amount } of intents) {
    const ours = world.payments.filter(({ intentId }) => intentId === _id).map(bySite);
    const theirs = entries.get(bankOrderId) ?? [];
    if (!sameMoney(ours, theirs)) wrong.push(`the site has ${told(ours)}, the bank ${told(theirs)}`);
    if (theirs.some(({ minor }) => minor !== minorOf(amount))) wrong.push('the bank took another amount than the attempt’s');
    const gone = sum(theirs.map(({ minor, left, reserved }) => (reserved ? 0n : minor - left)));
    if (theirs.length > 0 && gone > asked && !isCaptured(world, _id)) wrong.push(`${gone} went back, and ${asked} was asked for`);
  }
  if (!late && world.payments.some(({ state }) => state !== 'booked')) wrong.push(`money of an ordinary payment is ${world.payments.map(({ state }) => state)}`);
  if (world.payments.filter(({ state }) => state === 'booked').length > 1) wrong.push('two payments are booked');
  return wrong;
}

/** Less than was reserved may have been taken. */
const isCaptured = (world, intentId) => world.data.all('VeloposChanges').some((change) => change.intentId === intentId && change.kind === 'capture');

const bySite = ({ standing, amount, captured, refunded }) => ({
  minor: minorOf(amount), left: BACK.includes(standing) ? 0n : minorOf(captured) - minorOf(refunded), reserved: standing === 'authorized',
});

const told = (list) => (list.length === 0 ? 'nothing' : list.map(({ minor, left, reserved }) => `${left} of ${minor}${reserved ? ', reserved' : ''}`).join(' and '));
const sameMoney = (one, other) => told(one) === told(other);

// ---- orders and changes

const STANDINGS = { paid: ['paid', 'partly-refunded'], reserved: ['authorized'], refunded: BACK, released: ['voided'], 'awaiting-payment': [] };

function ordersWrong(world) {
  return world.data.all('Orders').flatMap((order) => {
    const paying = world.payments.filter(({ orderId, state }) => orderId === order._id && state === 'booked');
    const byWix = world.data.all('VeloposWixPayments').filter(({ orderId, verdict }) => orderId === order._id && verdict === 'booked');
    const needed = order.state === 'awaiting-payment' ? 0 : 1;
    if (paying.length + byWix.length !== needed) return [`an order is ${order.state}, with ${paying.length + byWix.length} payments`];
    if (byWix.length > 0 && world.paidInWix.length === 0) return ['an order is paid by Wix without money'];
    return paying.filter(({ standing, _id }) => !STANDINGS[order.state].includes(standing) || _id !== order.paymentId)
      .map(({ standing }) => `an order is ${order.state}, its payment ${standing}`);
  });
}

/** One item for each thing that was asked for, and no doubt that nobody is shown. */
function changesWrong(world) {
  const changes = world.data.all('VeloposChanges');
  const done = changes.filter(({ state }) => state === 'done');
  const wrong = done.filter(({ by }) => by.id === 'bank').map(({ kind }) => `a ${kind} of ours is taken for one in the bank’s panel`);
  for (const payment of world.payments) {
    const refunds = sum(done.filter(({ paymentId, kind }) => paymentId === payment._id && kind === 'refund').map(({ amount }) => minorOf(amount)));
    if (refunds !== minorOf(payment.refunded)) wrong.push(`${refunds} of refunds are noted, ${minorOf(payment.refunded)} is refunded`);
  }
  return wrong;
}

// ---- Wix

/** The order's transactions that have an end there: 'approved', or 'declined'. */
function endsToldToWix(world) {
  const ends = world.wix.told(TRANSACTION).filter((each) => each !== 5009);
  return ends.length === 0 ? [] : [ends[0] === 'paid' ? 'approved' : 'declined'];
}

function wixWrong(world) {
  const wrong = [];
  const told = world.wix.told(TRANSACTION);
  const ends = new Set(told.filter((each) => each !== 5009).map((each) => (each === 'paid' ? 'paid' : 'failed')));
  if (ends.size > 1) wrong.push(`Wix was told ${told}`);
  if (told.lastIndexOf(5009) > told.findIndex((each) => each !== 5009) && ends.size > 0) wrong.push('Wix was told “pending” after the end');
  const intent = world.data.all('VeloposIntents').find(({ book }) => book === 'wix-checkout');
  const record = world.payments.find(({ book, state }) => book === 'wix-checkout' && state === 'booked');
  if (intent && intent.state !== 'new' && world.data.one('VeloposStarts', intent._id)?.order !== 'null' && ends.has('paid') !== Boolean(record)) {
    wrong.push(`Wix was told ${[...ends]}, the site has ${record ? 'money' : 'none'}`);
  }
  if (intent && intent.state !== 'new' && ends.size === 0) wrong.push('Wix was told no end');
  const refunds = new Map(world.wix.refunds.map((refund) => [refund.pluginRefundId, refund]));
  const inWix = sum([...refunds.values()].map(({ amount }) => BigInt(amount)));
  if (record && inWix !== (record.standing === 'voided' ? minorOf(record.captured) : minorOf(record.refunded))) wrong.push(`Wix has ${inWix} of refunds, the site ${record.refunded}`);
  for (const { order, payments } of world.wix.orders.values()) {
    const ours = world.payments.find(({ book, orderId, state }) => book === 'wix-order' && orderId === order._id && state === 'booked');
    const counted = payments.filter(({ status }) => status !== 'VOIDED').length;
    const due = ours && ours.standing !== 'voided' ? 1 : 0;
    if (counted !== due || (ours && payments.length === 0)) wrong.push(`a Wix order has ${counted} payments that count, the site ${due}`);
    if (ours && BACK.includes(ours.standing) && payments[0]?.status !== ours.standing.toUpperCase()) wrong.push(`a Wix order’s payment is ${payments[0]?.status}, ours ${ours.standing}`);
  }
  return wrong;
}

const minorOf = (amount) => BigInt(amount.replace('.', ''));
const sum = (list) => list.reduce((total, each) => total + each, 0n);
