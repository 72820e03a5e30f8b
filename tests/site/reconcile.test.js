// The site's books against the bank's: every kind of difference, the edges of a period, and many random months whose truth is known.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addDays, beginOf, dayOf, daysBetween, distance, firstOf, isDay } from '../../velo-example/src/backend/velopos/calendar.js';
import { reconcile } from '../../velo-example/src/backend/velopos/reconcile.js';
import { total, turnover } from '../../velo-example/src/backend/velopos/turnover.js';

const JANUARY = { from: '2026-01-01', to: '2026-01-31' };
const at = (day, time = '12:00:00') => `${day}T${time}+03:00`;

/** What our books say of a sale of 149.90 on the 10th. */
function payment(changes = {}) {
  const bankOrderId = changes.bankOrderId ?? 'A1';
  const { amount = '149.90', currency = 'TRY', day = '2026-01-10', facts = {}, ...rest } = changes;
  return {
    _id: `P-${bankOrderId}`, intentId: `I-${bankOrderId}`, bankOrderId, standing: 'paid', amount, charged: amount, captured: amount, refunded: '0.00', seen: null, setAside: [],
    currency, facts: { at: at(day), authCode: '123456', ...facts }, recordedAt: beginOf(day) + 12 * 3_600_000, ...rest,
  };
}

/** A line of the bank's list, about the same sale. */
function row(changes = {}) {
  const { day = '2026-01-10', ...rest } = changes;
  return { orderId: 'A1', kind: 'sale', outcome: 'approved', amount: '149.90', currency: 'TRY', at: at(day), ...rest };
}

function change(changes = {}) {
  const { day = '2026-01-12', ...rest } = changes;
  const settledAt = beginOf(day) + 3_600_000;
  return { _id: 'C1', paymentId: 'P-A1', kind: 'refund', amount: '49.90', state: 'done', by: { id: 'm1', name: 'Deniz' }, at: settledAt - 1000, settledAt, ...rest };
}

/** Compares with the whole month listed, unless the case says otherwise. */
function compare({ payments = [], changes = [], attempts = [], rows = [], days, orders = [], period = JANUARY }) {
  const listed = days ?? daysBetween(addDays(period.from, -1), addDays(period.to, 1));
  const later = (names) => new Map(names.map((name) => [name, Infinity]));
  return reconcile({ payments, changes, attempts }, { rows, days: later(listed), orders: later(orders) }, period);
}

const told = (result) => result.differences.map(({ kind, ours, theirs, known }) => [kind, ours, theirs, known]);

describe('agreement', () => {
  const agreeing = {
    'a sale': { payments: [payment()], rows: [row()] },
    'a sale with a refund': { payments: [payment({ refunded: '49.90', standing: 'partly-refunded' })], changes: [change()], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-12' })], matched: 2 },
    'a void that the bank lists': { payments: [payment({ standing: 'voided' })], changes: [change({ kind: 'void', amount: '149.90', day: '2026-01-10' })], rows: [row(), row({ kind: 'void' })], matched: 2 },
    'a void that the bank lists without an amount': { payments: [payment({ standing: 'voided' })], changes: [change({ kind: 'void', amount: '149.90', day: '2026-01-10' })], rows: [row(), row({ kind: 'void', amount: undefined })], matched: 2 },
    'a void that the bank marks on the sale': { payments: [payment({ standing: 'voided' })], changes: [change({ kind: 'void', amount: '149.90', day: '2026-01-10' })], rows: [row({ outcome: 'voided' })], matched: 2 },
    'a void that the bank marks and lists': { payments: [payment({ standing: 'voided' })], changes: [change({ kind: 'void', amount: '149.90', day: '2026-01-10' })], rows: [row({ outcome: 'voided' }), row({ kind: 'void' })], matched: 2 },
    'a void whose sale the bank does not list any more': { payments: [payment({ standing: 'voided' })], changes: [change({ kind: 'void', amount: '149.90', day: '2026-01-10' })] },
    'a refund that the bank books as a void (iyzico, on the same day)': { payments: [payment({ refunded: '149.90', standing: 'refunded' })], changes: [change({ amount: '149.90', day: '2026-01-10' })], rows: [row(), row({ kind: 'void' })], matched: 2 },
    'a basket of two lines (iyzico)': { payments: [payment()], rows: [row({ amount: '100.00' }), row({ amount: '49.90' })] },
    'one refund listed as two lines': { payments: [payment({ refunded: '49.90' })], changes: [change()], rows: [row(), row({ kind: 'refund', amount: '40.00', day: '2026-01-12' }), row({ kind: 'refund', amount: '9.90', day: '2026-01-12' })], matched: 2 },
    'interest, listed as what left the card': { payments: [payment({ charged: '160.00', captured: '160.00' })], rows: [row({ amount: '160.00' })] },
    'interest, listed as what the order was for': { payments: [payment({ charged: '160.00', captured: '160.00' })], rows: [row()] },
    'money that is reserved': { payments: [payment({ standing: 'authorized', captured: '0.00' })], rows: [row({ kind: 'preauth' })] },
    'reserved, then captured in part': { payments: [payment({ captured: '100.00' })], changes: [change({ kind: 'capture', amount: '100.00' })], rows: [row({ kind: 'preauth' }), row({ kind: 'capture', amount: '100.00', day: '2026-01-12' })] },
    'declined attempts beside the sale': { payments: [payment()], rows: [row({ outcome: 'declined' }), row({ outcome: 'declined' }), row()] },
    'a refund that was declined on both sides': { payments: [payment()], changes: [change({ state: 'declined' })], rows: [row(), row({ kind: 'refund', outcome: 'declined', amount: '49.90', day: '2026-01-12' })] },
    'yen': { payments: [payment({ amount: '1500', refunded: '0', currency: 'JPY' })], rows: [row({ amount: '1500', currency: 'JPY' })] },
    'no currency told': { payments: [payment()], rows: [row({ currency: undefined })] },
    'no time told': { payments: [payment()], rows: [row({ at: undefined })] },
    'only the day told': { payments: [payment()], rows: [row({ at: '2026-01-10' })] },
    'no order number, but the code, the amount and the day': { payments: [payment()], rows: [row({ orderId: '', authCode: '123456' })] },
  };
  for (const [name, { matched = 1, ...books }] of Object.entries(agreeing)) {
    test(name, () => {
      const result = compare(books);
      assert.deepEqual(told(result), []);
      assert.deepEqual([result.matched, result.unchecked], [matched, 0]);
    });
  }
});

describe('differences', () => {
  const differing = {
    'the bank took money that we know nothing of': [{ rows: [row()] }, ['missing-here', null, '149.90', false]],
    'the bank reserved money that we know nothing of': [{ rows: [row({ kind: 'preauth' })] }, ['missing-here', null, '149.90', false]],
    'we have it, the bank does not': [{ payments: [payment()] }, ['missing-there', '149.90', null, false]],
    'we have it, the bank declined it': [{ payments: [payment()], rows: [row({ outcome: 'declined' })] }, ['missing-there', '149.90', null, false]],
    'another amount': [{ payments: [payment()], rows: [row({ amount: '149.91' })] }, ['amount', '149.90', '149.91', false]],
    'another currency': [{ payments: [payment()], rows: [row({ currency: 'USD' })] }, ['currency', '149.90', '149.90', false]],
    'charged twice there': [{ payments: [payment()], rows: [row(), row({ day: '2026-01-11' })] }, ['charged-twice', '149.90', '299.80', false]],
    'captured there': [{ payments: [payment({ standing: 'authorized', captured: '0.00' })], rows: [row({ kind: 'preauth' }), row({ kind: 'capture' })] }, ['captured-there', null, '149.90', false]],
    'a reservation that was given up there': [{ payments: [payment({ standing: 'authorized', captured: '0.00' })], rows: [row({ kind: 'preauth', outcome: 'voided' })] }, ['voided-there', null, '149.90', false]],
    'refunded there': [{ payments: [payment()], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-12' })] }, ['refunded-there', '0.00', '49.90', false]],
    'refunded there, as we have learned since': [{ payments: [payment({ refunded: '49.90' })], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-12' })] }, ['refunded-there', '0.00', '49.90', true]],
    'refunded there, which the site has entered as a change since': [{ payments: [payment({ refunded: '49.90' })], changes: [change({ by: { id: 'bank', name: 'bank' }, day: '2026-01-20' })], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-12' })] }, ['refunded-there', '0.00', '49.90', true]],
    'refunded there, which somebody has looked at and set aside': [{ payments: [payment({ seen: { kind: 'refund', amount: '49.90', note: '' }, setAside: ['seen-at-bank'] })], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-12' })] }, ['refunded-there', '0.00', '49.90', true]],
    'refunded there once more, after somebody has looked': [{ payments: [payment({ seen: { kind: 'refund', amount: '49.90', note: '' }, setAside: ['seen-at-bank'] })], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-12' }), row({ kind: 'refund', amount: '1.00', day: '2026-01-13' })] }, ['refunded-there', '0.00', '50.90', false]],
    'more refunded there': [{ payments: [payment({ refunded: '49.90' })], changes: [change()], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-12' }), row({ kind: 'refund', amount: '10.00', day: '2026-01-13' })] }, ['refunded-there', '0.00', '10.00', false]],
    'voided there': [{ payments: [payment()], rows: [row({ outcome: 'voided' })] }, ['voided-there', '0.00', '149.90', false]],
    'voided there, on a line of its own': [{ payments: [payment()], rows: [row(), row({ kind: 'void', amount: undefined })] }, ['voided-there', '0.00', '149.90', false]],
    'refunded here': [{ payments: [payment({ refunded: '49.90' })], changes: [change()], rows: [row()] }, ['refunded-here', '49.90', '0.00', false]],
    'voided here': [{ payments: [payment({ standing: 'voided' })], changes: [change({ kind: 'void', amount: '149.90', day: '2026-01-10' })], rows: [row()] }, ['voided-here', '149.90', '0.00', false]],
    'a refund without an answer, not listed': [{ payments: [payment()], changes: [change({ state: 'unknown', settledAt: null })], rows: [row()] }, ['open', '49.90', null, false]],
    'a refund without an answer, which the bank lists': [{ payments: [payment()], changes: [change({ state: 'unknown' })], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-12' })] }, ['open', '49.90', '49.90', true]],
    'a capture without an answer': [{ payments: [payment({ standing: 'authorized', captured: '0.00' })], changes: [change({ kind: 'capture', amount: '149.90', state: 'unknown', day: '2026-01-10' })], rows: [row({ kind: 'preauth' })] }, ['open', null, null, false]],
    'the bank has not decided': [{ payments: [payment()], rows: [row({ outcome: 'open' })] }, ['open', '149.90', '149.90', true]],
    'the bank has not decided, and we know nothing of it': [{ rows: [row({ outcome: 'open' })] }, ['open', null, '149.90', false]],
    'a line without an amount': [{ payments: [payment()], rows: [row({ amount: undefined })] }, ['open', '149.90', '0.00', true]],
    'no order number and another code': [{ payments: [], rows: [row({ orderId: '', authCode: '999999' })] }, ['unattributed', null, '149.90', false]],
  };
  for (const [name, [books, expected]] of Object.entries(differing)) {
    test(name, () => assert.deepEqual(told(compare(books)), [expected]));
  }

  test('a code that two of our payments have names neither', () => {
    const payments = [payment(), payment({ bankOrderId: 'A2' })];
    const { differences } = compare({ payments, rows: [row({ orderId: '', authCode: '123456' })] });
    assert.deepEqual(differences.map(({ kind }) => kind).sort(), ['missing-there', 'missing-there', 'unattributed']);
  });

  test('VakıfBank lists refunds and voids without an order number: they are ours while one of ours explains them', () => {
    const payments = [payment({ refunded: '49.90' }), payment({ bankOrderId: 'A2', refunded: '49.90' }), payment({ bankOrderId: 'A3', standing: 'voided' })];
    const changes = [change(), change({ _id: 'C2', paymentId: 'P-A2' }), change({ _id: 'C3', paymentId: 'P-A3', kind: 'void', amount: '149.90', day: '2026-01-10' })];
    const refund = row({ orderId: '', kind: 'refund', amount: '49.90', day: '2026-01-12' });
    const rows = [row(), row({ orderId: 'A2' }), row({ orderId: 'A3', outcome: 'voided' }), row({ orderId: '', kind: 'void' }), refund, refund];
    const agreeing = compare({ payments, changes, rows });
    assert.deepEqual([told(agreeing), agreeing.matched], [[], 6]);
    const more = compare({ payments, changes, rows: [...rows, refund] });
    assert.deepEqual(more.differences.map(({ kind, theirs, went }) => [kind, theirs, went]), [['unattributed', '49.90', 'out']]);
    const inPanel = compare({ payments: [payment({ standing: 'voided' })], changes: [], rows: [row({ outcome: 'voided' }), row({ orderId: '', kind: 'void' })] });
    assert.deepEqual(told(inPanel), [['voided-there', '0.00', '149.90', true]]);
  });

  test('NestPay’s history lists what was captured as the pre-authorisation that it was', () => {
    const books = { payments: [payment({ captured: '100.00' })], changes: [change({ kind: 'capture', amount: '100.00' })], rows: [row({ kind: 'preauth', amount: '100.00', day: '2026-01-12' })], days: [] };
    const asked = compare({ ...books, orders: ['A1'] });
    assert.deepEqual([told(asked), asked.matched, total(asked.theirs, JANUARY)[0].taken], [[], 1, '100.00']);
    assert.deepEqual(told(compare({ ...books, orders: ['A1'], rows: [row({ kind: 'preauth', amount: '90.00', day: '2026-01-12' })] })), [['amount', '100.00', '90.00', false]]);
    assert.deepEqual(told(compare({ ...books, payments: [payment({ standing: 'authorized', captured: '0.00' })], changes: [], orders: ['A1'] })), []);
  });

  test('nothing is left of a sale that nobody here knows', () => {
    const { differences } = compare({ rows: [row(), row({ kind: 'void' })] });
    assert.deepEqual(differences.map(({ kind, theirs, known, went }) => [kind, theirs, known, went]), [['missing-here', '149.90', true, 'in']]);
    const refundOnly = compare({ rows: [row({ kind: 'refund', day: '2026-01-11' })] });
    assert.deepEqual(refundOnly.differences.map(({ kind, went }) => [kind, went]), [['missing-here', 'out']]);
  });

  test('lines without a number are told day by day, and only those of the period', () => {
    const lines = ['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map((day) => row({ orderId: '', day }));
    assert.deepEqual(compare({ rows: lines }).differences.map(({ day }) => day), ['2026-01-01', '2026-01-31']);
  });

  test('an unknown order that an attempt of ours has: the page can say what will become of it', () => {
    const attempts = [{ _id: 'I-A1', bankOrderId: 'A1', state: 'new' }];
    const [difference] = compare({ attempts, rows: [row()] }).differences;
    assert.deepEqual([difference.kind, difference.intentId, difference.attempt, difference.day], ['missing-here', 'I-A1', 'new', '2026-01-10']);
  });
});

describe('the edges of a period', () => {
  test('listed after midnight, noted before it: both months agree', () => {
    const payments = [payment({ day: '2026-01-31', facts: { at: at('2026-01-31', '23:59:58') } })];
    const rows = [row({ at: at('2026-02-01', '00:00:02') })];
    const february = { from: '2026-02-01', to: '2026-02-28' };
    assert.deepEqual([compare({ payments, rows }), compare({ payments, rows, period: february })].map((each) => [each.matched, told(each)]), [[0, []], [1, []]]);
  });

  test('a sale of long ago whose refund is of this month', () => {
    const payments = [payment({ day: '2025-11-05', refunded: '49.90' })];
    const refund = row({ kind: 'refund', amount: '49.90', day: '2026-01-12' });
    assert.deepEqual(told(compare({ payments, changes: [change()], rows: [refund] })), []);
    assert.deepEqual(told(compare({ payments: [payment({ day: '2025-11-05' })], rows: [refund] })), [['refunded-there', '0.00', '49.90', false]]);
    const voided = row({ kind: 'void', amount: undefined, day: '2026-01-12' });
    assert.deepEqual(told(compare({ payments: [payment({ day: '2025-11-05' })], rows: [voided] })), [['voided-there', '0.00', '149.90', false]]);
  });

  test('a refund of last month does not stand for another one of the same amount', () => {
    const payments = [payment({ day: '2025-12-05', refunded: '49.90' })];
    const changes = [change({ day: '2025-12-20' })];
    const rows = [row({ kind: 'refund', amount: '49.90', day: '2026-01-12' })];
    assert.deepEqual(told(compare({ payments, changes, rows })), [['refunded-there', '0.00', '49.90', false]]);
  });

  test('what happened in the panel is of the day on which the bank lists it, not of the day on which we learned of it', () => {
    const by = { id: 'bank', name: 'bank' };
    const refunded = { payments: [payment({ refunded: '49.90' })], changes: [change({ by, day: '2026-02-03' })], rows: [row(), row({ kind: 'refund', amount: '49.90', day: '2026-01-30' })] };
    const captured = { payments: [payment()], changes: [change({ by, kind: 'capture', amount: '149.90', day: '2026-02-03' })], rows: [row({ kind: 'preauth' }), row({ kind: 'capture', day: '2026-01-30' })] };
    const february = { from: '2026-02-01', to: '2026-02-28' };
    assert.deepEqual(told(compare(refunded)), [['refunded-there', '0.00', '49.90', true]]);
    assert.deepEqual(told(compare(captured)), []);
    for (const books of [refunded, captured]) {
      assert.deepEqual(told(compare({ ...books, period: february })), []);
      const { ours, theirs } = compare(books);
      assert.deepEqual(total(ours, JANUARY).map(({ net }) => net), total(theirs, JANUARY).map(({ net }) => net));
    }
  });

  test('what lies outside is not told', () => {
    const payments = [payment({ day: '2026-02-01' })];
    const rows = [row({ orderId: 'B', day: '2026-02-01' }), row({ orderId: 'C', day: '2025-12-31' })];
    const { differences, ours, theirs } = compare({ payments, rows });
    assert.deepEqual([differences, ours, theirs], [[], [], []]);
  });

  test('a day that nobody has listed is not compared, and is counted', () => {
    const books = { payments: [payment({ refunded: '49.90' })], changes: [change()] };
    assert.deepEqual([compare({ ...books, days: [] })].map((each) => [each.unchecked, told(each)]), [[2, []]]);
    const askedOne = compare({ ...books, days: [], orders: ['A1'] });
    assert.deepEqual(told(askedOne), [['missing-there', '149.90', null, false], ['refunded-here', '49.90', '0.00', false]]);
  });
});

test('a list that was made before, or just as we noted something, says nothing of it', () => {
  const noted = payment();
  for (const [after, expected] of [[-3_600_000, 'unchecked'], [60_000, 'unchecked'], [660_000, 'missing-there']]) {
    const bank = { rows: [], days: new Map([['2026-01-10', noted.recordedAt + after]]), orders: new Map() };
    const { unchecked, differences } = reconcile({ payments: [noted], changes: [], attempts: [] }, bank, JANUARY);
    assert.deepEqual(unchecked === 1 ? 'unchecked' : differences[0].kind, expected);
  }
});

describe('sums', () => {
  const payments = [
    payment(), payment({ bankOrderId: 'A2', amount: '100.10', day: '2026-01-11', facts: { installments: 3 } }),
    payment({ bankOrderId: 'A3', amount: '20.00', currency: 'USD' }),
  ];
  const rows = [
    row({ commission: '3.60' }), row({ orderId: 'A2', amount: '100.10', day: '2026-01-11', installments: 3 }),
    row({ orderId: 'A3', amount: '20.00', currency: 'USD' }), row({ kind: 'refund', amount: '9.90', day: '2026-01-20' }),
  ];

  test('both sides by currency, with instalments, and commissions where they are told', () => {
    const { ours, theirs } = compare({ payments, rows });
    assert.deepEqual(total(ours, JANUARY).map(({ currency, payments: count, taken, net }) => [currency, count, taken, net]),
      [['TRY', 2, '250.00', '250.00'], ['USD', 1, '20.00', '20.00']]);
    assert.deepEqual(total(theirs, JANUARY)[0], {
      from: '2026-01-01', currency: 'TRY', payments: 2, returns: 1, taken: '250.00', returned: '9.90', net: '240.10', commission: '3.60',
      commissionOf: 1, installments: [{ count: 1, payments: 1, taken: '149.90' }, { count: 3, payments: 1, taken: '100.10' }],
    });
  });

  test('by day, by week from Monday, and by month, without gaps', () => {
    const movements = compare({ payments, rows }).theirs;
    const of = (unit) => turnover(movements, JANUARY, unit).filter(({ currency }) => currency === 'TRY');
    assert.equal(of('day').length, 31);
    assert.deepEqual(of('week').map(({ from, net }) => [from, net]), [
      ['2025-12-29', '0.00'], ['2026-01-05', '250.00'], ['2026-01-12', '0.00'], ['2026-01-19', '-9.90'], ['2026-01-26', '0.00'],
    ]);
    assert.deepEqual(of('month').map(({ from, taken, returned }) => [from, taken, returned]), [['2026-01-01', '250.00', '9.90']]);
  });

  test('what lies outside of the period is not added', () => {
    const movements = ['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map((day) => ({ kind: 'taken', day, minor: 100n, currency: 'TRY' }));
    assert.deepEqual([total(movements, JANUARY)[0].taken, turnover(movements, JANUARY, 'month').map(({ taken }) => taken)], ['2.00', ['2.00']]);
    assert.deepEqual(turnover(movements, JANUARY, 'week').map(({ taken }) => taken), ['1.00', '0.00', '0.00', '0.00', '1.00']);
  });

  test('amounts that no number can hold are added exactly', () => {
    const huge = payment({ amount: '99999999999999.99' });
    const many = Array.from({ length: 7 }, (_, index) => ({ ...huge, _id: `P${index}`, bankOrderId: `H${index}` }));
    assert.equal(total(compare({ payments: many, days: [] }).ours, JANUARY)[0].taken, '699999999999999.93');
  });
});

describe('the calendar', () => {
  test('days are Turkish, three hours ahead, and weeks begin on Monday', () => {
    assert.equal(dayOf('2026-01-31T21:00:00Z'), '2026-02-01');
    assert.equal(dayOf('2026-01-31T20:59:59Z'), '2026-01-31');
    assert.equal(dayOf(Date.UTC(2026, 0, 31, 21)), '2026-02-01');
    assert.equal(dayOf('2026-02-28'), '2026-02-28');
    for (const nothing of [undefined, null, '', 'yesterday', NaN, Infinity, '2026-13-01']) assert.equal(dayOf(nothing), null);
    assert.deepEqual(['2026-02-01', '2026-02-02', '2026-02-08'].map((day) => firstOf(day, 'week')), ['2026-01-26', '2026-02-02', '2026-02-02']);
    assert.equal(firstOf('2026-02-28', 'month'), '2026-02-01');
    assert.equal(addDays('2024-02-28', 1), '2024-02-29');
    assert.equal(distance('2026-01-01', '2025-12-30'), 2);
    assert.deepEqual(daysBetween('2026-01-30', '2026-02-01'), ['2026-01-30', '2026-01-31', '2026-02-01']);
    assert.deepEqual(daysBetween('2026-02-01', '2026-01-30'), []);
    for (const wrong of ['2026-02-30', '2025-02-29', '2026-1-1', '2026-01-01 ', '', null, 20260101]) assert.equal(isDay(wrong), false);
  });
});

describe('random months', () => {
  /** Numbers that are the same in every run. */
  function randomFrom(seed) {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  const money = (minor) => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;

  /** One order as both sides tell it, and what must be said about it. */
  function orderOf(random, index) {
    const bankOrderId = `R${index}`;
    const day = addDays('2026-01-01', random(29));
    const minor = 100 + random(100_000);
    const part = 1 + random(minor - 1);
    const amount = money(minor);
    const sale = row({ orderId: bankOrderId, amount, day });
    const paid = payment({ bankOrderId, amount, day });
    const changed = (kind, state = 'done') => [change({ _id: `C${index}`, paymentId: paid._id, kind, amount: kind === 'void' ? amount : money(part), day, state })];
    const back = row({ orderId: bankOrderId, kind: 'refund', amount: money(part), day: addDays(day, random(2)) });
    const refunded = { ...paid, standing: 'partly-refunded', refunded: money(part) };
    const cases = [
      { payments: [paid], rows: [sale], expected: null },
      { payments: [refunded], changes: changed('refund'), rows: [sale, back], expected: null },
      { payments: [{ ...paid, standing: 'voided' }], changes: changed('void'), rows: [{ ...sale, outcome: 'voided' }], expected: null },
      { payments: [], rows: [sale], expected: 'missing-here' },
      { payments: [paid], rows: [], expected: 'missing-there' },
      { payments: [paid], rows: [{ ...sale, amount: money(minor + 1) }], expected: 'amount' },
      { payments: [paid], rows: [{ ...sale, currency: 'EUR' }], expected: 'currency' },
      { payments: [paid], rows: [sale, sale], expected: 'charged-twice' },
      { payments: [paid], rows: [sale, back], expected: 'refunded-there' },
      { payments: [refunded], changes: changed('refund'), rows: [sale], expected: 'refunded-here' },
      { payments: [paid], rows: [{ ...sale, outcome: 'voided' }], expected: 'voided-there' },
      { payments: [paid], changes: changed('refund', 'unknown'), rows: [sale], expected: 'open' },
      { payments: [paid], rows: [{ ...sale, outcome: 'declined' }, sale], expected: null },
    ];
    return { orderId: bankOrderId, changes: [], ...cases[random(cases.length)] };
  }

  const shuffled = (random, items) => items.map((item) => [random(1e9), item]).sort(([a], [b]) => a - b).map(([, item]) => item);

  for (let seed = 1; seed <= 60; seed += 1) {
    test(`month ${seed}: exactly the differences that were made`, () => {
      const random = randomFrom(seed);
      const orders = Array.from({ length: 40 + random(60) }, (_, index) => orderOf(random, index));
      const all = (name) => shuffled(random, orders.flatMap((order) => order[name]));
      const result = compare({ payments: all('payments'), changes: all('changes'), rows: all('rows') });
      const expected = orders.filter((order) => order.expected).map(({ orderId, expected: kind }) => `${orderId} ${kind}`).sort();
      assert.deepEqual(result.differences.map(({ orderId, kind }) => `${orderId} ${kind}`).sort(), expected);
      assert.equal(result.unchecked, 0);
    });
  }

  test('a month told in weeks gives the same differences and sums', () => {
    const random = randomFrom(77);
    const orders = Array.from({ length: 200 }, (_, index) => orderOf(random, index));
    const books = Object.fromEntries(['payments', 'changes', 'rows'].map((name) => [name, orders.flatMap((order) => order[name])]));
    const weeks = ['01', '08', '15', '22', '29'].map((day) => `2026-01-${day}`)
      .map((from, index, all) => ({ from, to: all[index + 1] ? addDays(all[index + 1], -1) : '2026-01-31' }));
    const parts = weeks.map((period) => compare({ ...books, period }));
    const whole = compare(books);
    const names = (differences) => differences.map(({ orderId, kind }) => `${orderId} ${kind}`).sort();
    assert.deepEqual(names(parts.flatMap(({ differences }) => differences)), names(whole.differences));
    for (const side of ['ours', 'theirs']) assert.deepEqual(total(parts.flatMap((part) => part[side]), JANUARY), total(whole[side], JANUARY));
  });
});
