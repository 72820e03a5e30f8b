// The site's books against the bank's, for one virtual POS and some days. Pure: no clock, no collection, no bank; it compares what it is
// given, order by order, and says in one word for each difference what kind it is. Nothing is decided here: a person or an inquiry does.
//
// A bank may list a day later than we noted it, just before or after midnight. So both sides are given with a day more at each end
// (SLACK), what belongs together is found there, and only what lies in the period itself is told.

import { addDays, dayOf, distance } from './calendar.js';
import { fromMinor, minorOf, toMinor } from './money.js';
import { groupBy } from './turnover.js';

/** Days by which the two sides may differ about when something happened. */
export const SLACK = 1;
/** What happened shorter before a list was made may not be in it yet. */
const LAG = 10 * 60 * 1000;

/**
 * @typedef {import('./turnover.js').Movement} Movement
 * @typedef {Pick<import('./payments.js').PaymentRecord, '_id' | 'intentId' | 'bankOrderId' | 'standing' | 'amount' | 'charged' | 'captured'
 *   | 'refunded' | 'currency' | 'facts' | 'recordedAt' | 'seen' | 'setAside'>} SitePayment
 * @typedef {Pick<import('./payments.js').ChangeItem, '_id' | 'paymentId' | 'kind' | 'amount' | 'by' | 'state' | 'at' | 'settledAt'>} SiteChange
 * @typedef {Pick<import('./store.js').Intent, '_id' | 'bankOrderId' | 'state'>} SiteAttempt
 * @typedef {{ orderId: string, kind: import('velopos').Transaction['kind'], outcome: import('velopos').Transaction['outcome'],
 *   amount?: string, currency?: string, installments?: number, at?: string, authCode?: string, commission?: string }} BankRow
 * @typedef {{ payments: SitePayment[], changes: SiteChange[], attempts: SiteAttempt[] }} Books   with everything that concerns an order of
 *   `rows`, from whatever day
 * @typedef {{ rows: BankRow[], days: Map<string, number>, orders: Map<string, number> }} Bank   `days` were listed whole; `orders` were
 *   asked about one by one, which tells of these and of no others; each with the moment when that was
 * @typedef {{ from: string, to: string }} Period
 *
 * @typedef {'missing-here' | 'missing-there' | 'amount' | 'currency' | 'charged-twice' | 'captured-there' | 'refunded-there'
 *   | 'voided-there' | 'refunded-here' | 'voided-here' | 'open' | 'unattributed'} DifferenceKind
 * @typedef {{ kind: DifferenceKind, orderId: string, paymentId: string | null, intentId: string | null, attempt: string | null,
 *   day: string, currency: string, ours: string | null, theirs: string | null, known: boolean, went?: 'in' | 'out' }} Difference
 *   `attempt` is the state of an attempt that has no payment, and `went` says whether money came or went back then. `known`: the site has learned of this in the meantime (money that went back
 *   in the panel), or a person has dealt with it; the bank lists it (a change of unknown outcome), or nothing is left of it
 * @typedef {{ matched: number, unchecked: number, differences: Difference[], ours: Movement[], theirs: Movement[] }} Comparison
 *   `unchecked` payments and returns of ours are of days that nobody has listed since
 */

/** @param {Books} books @param {Bank} bank @param {Period} period @returns {Comparison} */
export function reconcile(books, bank, period) {
  const rows = groupBy(named(inWindow(withCaptures(bank, books), period), books), ({ orderId }) => orderId);
  const payments = new Map(books.payments.map((payment) => [payment.bankOrderId, payment]));
  const attempts = new Map(books.attempts.map((attempt) => [attempt.bankOrderId, attempt]));
  const changes = groupBy(books.changes, ({ paymentId }) => paymentId);
  const lists = { period, days: bank.days, orders: bank.orders };
  /** @type {Comparison} */
  const result = { matched: 0, unchecked: 0, differences: [], ours: [], theirs: [] };
  for (const orderId of new Set([...payments.keys(), ...rows.keys()])) {
    const payment = payments.get(orderId);
    const theirs = theirSide(rows.get(orderId) ?? [], payment, period);
    result.theirs.push(...theirs.takings.map(asTaken), ...theirs.returns.map(asReturned));
    const compared = payment
      ? compareOrder(ourSide(payment, changes.get(payment._id) ?? []), theirs, lists)
      : compareUnknown(orderId, theirs, attempts.get(orderId) ?? null, period);
    add(result, compared);
  }
  result.ours = result.ours.filter(({ day }) => isIn(period, day));
  result.theirs = result.theirs.filter(({ day }) => isIn(period, day));
  result.differences.sort((one, other) => one.day.localeCompare(other.day) || one.orderId.localeCompare(other.orderId));
  return result;
}

/** @param {Comparison} result @param {Partial<Comparison>} part */
function add(result, { matched = 0, unchecked = 0, differences = [], ours = [] }) {
  result.matched += matched;
  result.unchecked += unchecked;
  result.differences.push(...differences);
  result.ours.push(...ours);
}

// ---- the bank's side of an order

/**
 * @typedef {{ minor: bigint, currency: string, day: string, installments?: number, commission?: bigint }} Taking
 * @typedef {{ minor: bigint, currency: string, day: string, kind: 'refund' | 'void' }} Return
 * @typedef {{ takings: Taking[], returns: Return[], reserved: Taking[], isReleased: boolean, open: Taking[], isListed: boolean }} Theirs
 *   `reserved` is what a pre-authorisation holds; `isReleased`, that it was given up; `open`, what the bank has not decided or not told fully
 */

/** @param {BankRow[]} rows @param {SitePayment | undefined} payment @param {Period} period @returns {Theirs} */
function theirSide(rows, payment, period) {
  const read = (/** @type {BankRow} */ row) => readRow(row, payment, period);
  const of = (/** @type {BankRow['kind'][]} */ kinds, /** @type {BankRow['outcome'][]} */ outcomes) =>
    rows.filter(({ kind, outcome }) => kinds.includes(kind) && outcomes.includes(outcome));
  const takenRows = of(['sale', 'capture'], ['approved', 'voided']);
  const unreadable = [...takenRows, ...of(['refund'], ['approved'])].filter((row) => amountOf(row, payment) === null);
  const takings = takenRows.filter((row) => amountOf(row, payment) !== null).map(read);
  const refunds = of(['refund'], ['approved']).filter((row) => amountOf(row, payment) !== null).map(read);
  const isTaken = takings.length > 0 || payment !== undefined && takenOf(payment) > 0n;
  return {
    takings, reserved: of(['preauth'], ['approved', 'voided']).map(read),
    returns: [...refunds.map((refund) => asReturn(refund, 'refund')), ...voids(rows, takings, payment, read)],
    isReleased: !isTaken && (of(['void'], ['approved']).length > 0 || of(['preauth'], ['voided']).length > 0),
    open: [...unreadable, ...of(['sale', 'capture', 'preauth', 'refund', 'void'], ['open'])].map(read), isListed: rows.length > 0,
  };
}

/** Some banks list a void, some mark what it undid, some do both. @param {BankRow[]} rows @param {Taking[]} takings
 * @param {SitePayment | undefined} payment @param {(row: BankRow) => Taking} read @returns {Return[]} */
function voids(rows, takings, payment, read) {
  const written = rows.filter(({ kind, outcome }) => kind === 'void' && outcome === 'approved');
  const undone = rows.filter(({ kind, outcome }) => (kind === 'sale' || kind === 'capture') && outcome === 'voided').map(read);
  if (undone.length > 0) return undone.map((taking) => asReturn({ ...taking, day: written[0] ? read(written[0]).day : taking.day }, 'void'));
  const whole = takings.length > 0 ? sum(takings) : payment ? takenOf(payment) : 0n;
  return written.map((row) => {
    const told = read(row);
    return asReturn({ ...told, minor: amountOf(row, payment) === null ? whole : told.minor }, 'void');
  }).filter(({ minor }) => minor > 0n && whole > 0n);
}

/** @param {BankRow} row @param {SitePayment | undefined} payment @param {Period} period @returns {Taking} */
function readRow(row, payment, period) {
  const currency = currencyOf(row, payment);
  const commission = row.commission === undefined ? null : toMinor(row.commission, currency);
  return {
    minor: amountOf(row, payment) ?? 0n, currency, day: dayOf(row.at) ?? (payment ? dayOfPayment(payment) : period.from),
    ...(row.installments && row.installments > 1 ? { installments: row.installments } : {}),
    ...(commission === null ? {} : { commission }),
  };
}

/** @param {Taking} taking @param {Return['kind']} kind @returns {Return} */
function asReturn({ minor, currency, day }, kind) {
  return { minor, currency, day, kind };
}

/** @param {BankRow} row @param {SitePayment | undefined} payment */
function currencyOf(row, payment) {
  return row.currency ?? payment?.currency ?? 'TRY';
}

/** @param {BankRow} row @param {SitePayment | undefined} payment */
function amountOf(row, payment) {
  return toMinor(row.amount, currencyOf(row, payment));
}

/** NestPay, asked about one order, lists a captured pre-authorisation as what it was, with the amount that was taken.
 * @param {Bank} bank @param {Books} books @returns {BankRow[]} */
function withCaptures({ rows, orders }, { payments }) {
  const captured = new Set(payments.filter((payment) => takenOf(payment) > 0n && orders.has(payment.bankOrderId)).map(({ bankOrderId }) => bankOrderId));
  for (const { kind, orderId } of rows) if (kind === 'capture' || kind === 'sale') captured.delete(orderId);
  return rows.map((row) => (row.kind === 'preauth' && captured.has(row.orderId) ? { ...row, kind: 'capture' } : row));
}

// ---- lines without an order number

/** @typedef {{ orderId: string, minor: bigint, currency: string, day: string | null, isTaken: boolean }} Explanation   what a nameless line may be */

/** Accounting exports have no order numbers, and VakıfBank lists refunds and voids without one. Such a line belongs to the payment that has
 * its code, amount and day alone; what went back, to a refund or void of ours of that amount and day, or to a sale that is marked as undone.
 * Which of several equal ones it is makes no difference to any sum. @param {BankRow[]} rows @param {Books} books @returns {BankRow[]} */
function named(rows, books) {
  if (rows.every(({ orderId }) => orderId !== '')) return rows;
  const explanations = explanationsOf(rows, books);
  return rows.map((row) => {
    if (row.orderId !== '') return row;
    const orderId = row.kind === 'refund' || row.kind === 'void' ? takeExplanation(row, explanations) : soldTo(row, books.payments);
    return { ...row, orderId };
  });
}

/** @param {BankRow[]} rows @param {Books} books @returns {Explanation[]} */
function explanationsOf(rows, { payments, changes }) {
  const byId = new Map(payments.map((payment) => [payment._id, payment]));
  const undone = rows.filter(({ orderId, outcome }) => orderId !== '' && outcome === 'voided')
    .map((row) => ({ orderId: row.orderId, minor: amountOf(row, undefined) ?? -1n, currency: currencyOf(row, undefined), day: dayOf(row.at), isTaken: false }));
  const ours = changes.flatMap((change) => {
    const payment = byId.get(change.paymentId);
    if (!payment || change.kind === 'capture' || change.state === 'declined' || change.state === 'refused') return [];
    const { minor, day } = ourReturn(change, payment);
    return [{ orderId: payment.bankOrderId, minor, currency: payment.currency, day: change.by.id === BANK ? null : day, isTaken: false }];
  });
  return [...undone, ...ours];
}

/** @param {BankRow} row @param {Explanation[]} explanations */
function takeExplanation(row, explanations) {
  const [minor, currency, day] = [amountOf(row, undefined), currencyOf(row, undefined), dayOf(row.at)];
  const found = explanations.find((each) => !each.isTaken && each.minor === minor && each.currency === currency
    && (day === null || each.day === null || distance(day, each.day) <= SLACK));
  if (found) found.isTaken = true;
  return found?.orderId ?? '';
}

/** @param {BankRow} row @param {SitePayment[]} payments */
function soldTo(row, payments) {
  const day = dayOf(row.at);
  if (!row.authCode || !day) return '';
  const found = payments.filter((payment) => payment.facts.authCode === row.authCode
    && acceptable(payment).includes(amountOf(row, payment) ?? -1n) && distance(day, dayOfPayment(payment)) <= SLACK);
  return found.length === 1 ? found[0].bankOrderId : '';
}

// ---- our side of an order

/**
 * @typedef {{ minor: bigint, day: string, time: number }} OurTaking   `time` is when we noted it; the day is empty where we only know that
 *   it happened in the bank's panel, and not when
 * @typedef {OurTaking & { kind: 'refund' | 'void', isDone: boolean }} OurReturn
 * @typedef {{ payment: SitePayment, takings: OurTaking[], returns: OurReturn[], undated: bigint, openCaptures: OurReturn[] }} Ours
 *   `undated` went back in the panel, as the bank told when it was asked
 */

/** Whose name a change bears that nobody here has asked for. */
const BANK = 'bank';

/** What the bank's books need not show. @type {SiteChange['state'][]} */
const NOT_THERE = ['declined', 'refused', 'undone'];

/** @param {SitePayment} payment @param {SiteChange[]} changes @returns {Ours} */
function ourSide(payment, changes) {
  const sent = changes.filter(({ state, by }) => !NOT_THERE.includes(state) && by.id !== BANK);
  const captures = sent.filter(({ kind }) => kind === 'capture');
  const taken = takenOf(payment);
  const returns = taken > 0n ? sent.filter(({ kind }) => kind !== 'capture').map((change) => ourReturn(change, payment)) : [];
  const wentBack = payment.standing === 'voided' ? taken : minorOf(payment.refunded, payment.currency);
  const explained = sum(returns.filter(({ isDone }) => isDone));
  return {
    payment, returns, undated: wentBack > explained ? wentBack - explained : 0n,
    takings: taken === 0n ? [] : [{ minor: taken, ...momentOfTaking(payment, changes) }],
    openCaptures: captures.filter(({ state }) => state !== 'done').map((change) => ourReturn(change, payment)),
  };
}

/** @param {SitePayment} payment @param {SiteChange[]} changes */
function momentOfTaking(payment, changes) {
  const capture = changes.find(({ kind, state }) => kind === 'capture' && state === 'done');
  if (!capture) return { day: dayOfPayment(payment), time: payment.recordedAt };
  return capture.by.id === BANK ? { day: '', time: capture.at } : momentOf(capture);
}

/** @param {SiteChange} change @param {SitePayment} payment @returns {OurReturn} */
function ourReturn(change, payment) {
  const whole = change.kind === 'void' ? takenOf(payment) : null;
  return {
    minor: whole ?? toMinor(change.amount, payment.currency) ?? 0n, ...momentOf(change),
    kind: change.kind === 'void' ? 'void' : 'refund', isDone: change.state === 'done',
  };
}

/** @param {SiteChange} change */
function momentOf({ settledAt, at }) {
  const time = settledAt ?? at;
  return { time, day: dayOf(time) ?? '' };
}

/** When the bank says that it took the money; where it does not say, when we heard of it. @param {SitePayment} payment */
function dayOfPayment({ facts, recordedAt }) {
  return dayOf(facts.at) ?? dayOf(recordedAt) ?? '';
}

/** @param {SitePayment} payment */
function takenOf({ captured, currency }) {
  return minorOf(captured, currency);
}

/** Banks list what left the card, or what the order was for, which differ where the card's holder pays interest.
 * @param {SitePayment} payment */
function acceptable(payment) {
  return [...new Set([payment.captured, payment.charged, payment.amount])].map((amount) => minorOf(amount, payment.currency));
}

// ---- the two together

/** @typedef {{ period: Period, days: Bank['days'], orders: Bank['orders'] }} Lists */

/** @param {Ours} ours @param {Theirs} theirs @param {Lists} lists @returns {Partial<Comparison>} */
function compareOrder(ours, theirs, lists) {
  const parts = [compareTaken(ours, theirs, lists), ...compareReturned(ours, theirs, lists)];
  return {
    matched: parts.filter((part) => part === 'matched').length,
    unchecked: parts.filter((part) => part === 'unchecked').length,
    differences: parts.flatMap((part) => (typeof part === 'object' && part !== null ? [part] : [])),
    ours: ourMovements(ours, theirs),
  };
}

/** @typedef {Difference | 'matched' | 'unchecked' | null} Part   null: nothing to tell, or it belongs to another period */

/** @param {Ours} ours @param {Theirs} theirs @param {Lists} lists @returns {Part} */
function compareTaken(ours, theirs, lists) {
  const { payment, takings: [mine] } = ours;
  const day = theirs.takings[0]?.day ?? theirs.open[0]?.day ?? mine?.day ?? dayOfPayment(payment);
  if (!isIn(lists.period, day)) return null;
  const differ = differing(payment, day, mine ? fromMinor(mine.minor, payment.currency) : null);
  if (theirs.takings.length > 0) return compareAmounts(ours, theirs.takings, differ);
  if (theirs.open.length > 0 || ours.openCaptures.length > 0) return differ('open', sumText(theirs.open), theirs.open.length > 0);
  if (!mine) return compareReserved(payment, theirs, differ);
  if (!isListed(lists, payment, mine)) return 'unchecked';
  if (payment.standing === 'voided' && !theirs.isListed) return 'matched';   // some lists leave out what was undone on the same day
  return differ('missing-there', null);
}

/** @param {Ours} ours @param {Taking[]} takings @param {Differ} differ @returns {Part} */
function compareAmounts({ payment, takings: [mine] }, takings, differ) {
  const text = sumText(takings);
  if (takings.some(({ currency }) => currency !== payment.currency)) return differ('currency', text, false, takings[0].currency);
  if (!mine) return differ('captured-there', text);
  const accepted = acceptable(payment);
  if (accepted.includes(sum(takings))) return 'matched';   // more than one line: a basket's, which iyzico lists one by one
  const isTwice = takings.length > 1 && takings.some(({ minor }) => accepted.includes(minor));
  return differ(isTwice ? 'charged-twice' : 'amount', text);
}

/** Money that is reserved and not taken. @param {SitePayment} payment @param {Theirs} theirs @param {Differ} differ @returns {Part} */
function compareReserved(payment, theirs, differ) {
  if (payment.standing !== 'authorized') return null;
  if (theirs.isReleased) return differ('voided-there', payment.amount);
  return theirs.reserved.length > 0 ? 'matched' : null;
}

/** What went back: pairs of equal amounts first, then the sums of what is left, because a bank may list one refund as several lines.
 * @param {Ours} ours @param {Theirs} theirs @param {Lists} lists @returns {Part[]} */
function compareReturned(ours, theirs, lists) {
  const { payment } = ours;
  const left = [...theirs.returns];
  /** @type {Part[]} */
  const parts = [];
  /** @type {OurReturn[]} */
  const unpaired = [];
  for (const mine of [...ours.returns].sort((one, other) => Number(other.isDone) - Number(one.isDone))) {
    const index = left.findIndex((each) => each.minor === mine.minor && distance(each.day, mine.day) <= SLACK);
    if (index < 0) unpaired.push(mine);
    else parts.push(pairOf(payment, mine, left.splice(index, 1)[0], lists));
  }
  const open = unpaired.filter(({ isDone, day }) => !isDone && isIn(lists.period, day));
  parts.push(...open.map((mine) => differing(payment, mine.day, text(mine.minor, payment))('open', null)));
  return [...parts, ...compareRest(ours, unpaired.filter(({ isDone }) => isDone), left, theirs, lists)];
}

/** @param {SitePayment} payment @param {OurReturn} mine @param {Return} other @param {Lists} lists @returns {Part} */
function pairOf(payment, mine, other, lists) {
  if (!isIn(lists.period, other.day)) return null;
  return mine.isDone ? 'matched' : differing(payment, other.day, text(mine.minor, payment))('open', text(other.minor, payment), true);
}

/** @param {Ours} ours @param {OurReturn[]} mine @param {Return[]} others @param {Theirs} theirs @param {Lists} lists @returns {Part[]} */
function compareRest({ payment, undated }, mine, others, theirs, lists) {
  const here = mine.filter(({ day }) => isIn(lists.period, day));
  const there = others.filter(({ day }) => isIn(lists.period, day));
  const [ours, listed] = [sum(here), sum(there)];
  if (ours === listed) return here.map(() => 'matched');
  if (listed > ours) {
    const kind = there.every((each) => each.kind === 'void') ? 'voided-there' : 'refunded-there';
    const more = listed - ours;
    return [differing(payment, there[there.length - 1].day, text(ours, payment))(kind, text(listed, payment), undated >= more || isDealtWith(payment, more))];
  }
  const last = here[here.length - 1];
  if (!isListed(lists, payment, last)) return here.map(() => 'unchecked');
  if (payment.standing === 'voided' && !theirs.isListed) return [];   // told above, as a payment that both sides know as undone
  return [differing(payment, last.day, text(ours, payment))(last.kind === 'void' ? 'voided-here' : 'refunded-here', text(listed, payment))];
}

/** A person has looked at what was seen in the panel, and set it aside. @param {SitePayment} payment @param {bigint} more */
function isDealtWith({ seen, setAside, refunded, currency }, more) {
  if (!seen || !setAside.includes('seen-at-bank')) return false;
  return seen.kind === 'void' || minorOf(seen.amount, currency) >= minorOf(refunded, currency) + more;
}

/** An order number that our books have no payment of, or lines that have no number at all. @param {string} orderId @param {Theirs} theirs
 * @param {SiteAttempt | null} attempt @param {Period} period @returns {Partial<Comparison>} */
function compareUnknown(orderId, { takings, reserved, returns, open }, attempt, period) {
  const base = { orderId, paymentId: null, intentId: attempt?._id ?? null, attempt: attempt?.state ?? null, ours: null };
  /** @type {(line: Taking | Return, kind: DifferenceKind, went: 'in' | 'out', minor?: bigint, known?: boolean) => Difference} */
  const told = ({ day, currency, minor: own }, kind, went, minor = own, known = false) =>
    ({ ...base, kind, day, currency, theirs: fromMinor(minor, currency), known, went });
  const isInside = (/** @type {{ day: string }} */ { day }) => isIn(period, day);
  if (orderId === '') {
    const came = [...takings, ...reserved, ...open].filter(isInside).map((line) => told(line, 'unattributed', 'in'));
    return { differences: [...came, ...returns.filter(isInside).map((line) => told(line, 'unattributed', 'out'))] };
  }
  const first = [takings, reserved, returns, open].find((lines) => lines.length > 0)?.[0];
  if (!first || !isInside(first)) return {};
  if (takings.length > 0) return { differences: [told(first, 'missing-here', 'in', sum(takings), sum(returns) >= sum(takings))] };
  if (reserved.length > 0) return { differences: [told(first, 'missing-here', 'in', sum(reserved))] };
  return { differences: [returns.length > 0 ? told(first, 'missing-here', 'out', sum(returns)) : told(first, 'open', 'in', sum(open))] };
}

// ---- what the above needs

/** @typedef {(kind: DifferenceKind, theirs: string | null, known?: boolean, currency?: string) => Difference} Differ */

/** @param {SitePayment} payment @param {string} day @param {string | null} ours @returns {Differ} */
function differing(payment, day, ours) {
  return (kind, theirs, known = false, currency = payment.currency) => ({
    kind, orderId: payment.bankOrderId, paymentId: payment._id, intentId: payment.intentId, attempt: null, day, currency, ours, theirs, known,
  });
}

/** What happened in the panel is dated as the bank lists it. @param {Ours} ours @param {Theirs} theirs @returns {Movement[]} */
function ourMovements({ payment, takings, returns, undated }, theirs) {
  const { currency, facts: { installments } } = payment;
  const inPanel = theirs.returns.filter(({ minor, day }) => !returns.some((mine) => mine.minor === minor && distance(day, mine.day) <= SLACK));
  return [
    ...takings.map(({ minor, day }) => asTaken({ minor, currency, day: day || theirs.takings[0]?.day || '', ...(installments ? { installments } : {}) })),
    ...returns.filter(({ isDone }) => isDone).map(({ minor, day, kind }) => asReturned({ minor, currency, day, kind })),
    ...(undated > 0n && undated === sum(inPanel) ? inPanel.map(asReturned) : []),
  ];
}

/** @param {Taking} taking @returns {Movement} */
function asTaken(taking) {
  return { kind: 'taken', ...taking };
}

/** @param {Return} one @returns {Movement} */
function asReturned({ minor, currency, day }) {
  return { kind: 'returned', minor, currency, day };
}

/** Whether the bank would have told of it. @param {Lists} lists @param {SitePayment} payment @param {OurTaking} mine */
function isListed({ days, orders }, { bankOrderId }, { day, time }) {
  return Math.max(orders.get(bankOrderId) ?? 0, days.get(day) ?? 0) >= time + LAG;
}

/** @param {BankRow[]} rows @param {Period} period */
function inWindow(rows, { from, to }) {
  const [first, last] = [addDays(from, -SLACK), addDays(to, SLACK)];
  return rows.filter(({ at }) => {
    const day = dayOf(at);
    return day === null || first <= day && day <= last;
  });
}

/** @param {Period} period @param {string} day */
function isIn({ from, to }, day) {
  return from <= day && day <= to;
}

/** @param {{ minor: bigint }[]} items */
function sum(items) {
  return items.reduce((all, { minor }) => all + minor, 0n);
}

/** @param {Taking[]} items */
function sumText(items) {
  return items.length > 0 ? fromMinor(sum(items), items[0].currency) : null;
}

/** @param {bigint} minor @param {SitePayment} payment */
function text(minor, { currency }) {
  return fromMinor(minor, currency);
}
