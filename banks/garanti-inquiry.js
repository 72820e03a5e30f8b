// What the bank's three inquiries find: one order, its transactions, all transactions of some days. Amounts are minor units.
import { masked } from './garanti-callback.js';
import { REFUSALS } from './garanti-codes.js';
import { CURRENCIES } from './money.js';
import { timestamp } from './turkish-time.js';

/** An inquiry that found something; it is the gateway that answers, not the card's bank. */
const FOUND = { source: 'GVPS', code: '00', reason: '', message: '', detail: '' };

const HOUR = 3_600_000;
const LONGEST_MS = 30 * 24 * HOUR;
const REWARDS = [
  ['RemainingBNSAmount', '0'], ['UsedFBBAmount', '0'],
  ['UsedChequeType', ''], ['UsedChequeCount', '0'], ['UsedChequeAmount', '0'],
];
const TYPES = { sales: 'Satis', preauth: 'On Otorizasyon', postauth: 'On Otorizasyon Kapama', refund: 'Iade', void: 'Iptal' };

const seconds = (at) => timestamp(at).slice(0, 19);
const day = (at) => timestamp(at).slice(0, 10).replaceAll('-', '');
const approved = ({ verdict }) => verdict.code === '00';

/** @param {{ book: ReturnType<import('./garanti-book.js').createBook>, settings: any, now: () => number }} bank */
export function createInquiries({ book, settings, now }) {
  const isOldEnough = ({ at }) => now() - at >= settings.statusLagMs;

  function visible({ terminalId, orderId }) {
    const order = book.order(terminalId, orderId);
    return order && isOldEnough(order.entries[0]) ? order : undefined;
  }

  /** One order. The currency is not part of the answer; for an unknown order the same elements come, with nothing in them. */
  function order(request) {
    const found = visible(request);
    return { verdict: found ? FOUND : REFUSALS.nothingFound(), order: [['OrderInqResult', found ? result(found) : NOTHING]] };
  }

  function result(order) {
    const lead = book.first(order) ?? order.entries.at(-1);
    const closing = order.entries.find((entry) => entry.type === 'postauth' && approved(entry) && entry.voidedAt === null);
    const isPreauth = lead.type === 'preauth';
    const taken = isPreauth ? closing : approved(lead) ? lead : undefined;
    const last = closing ?? lead;
    return [
      ['ChargeType', 'S'],
      ['PreAuthAmount', isPreauth ? String(lead.minor) : '0'], ['PreAuthDate', isPreauth ? timestamp(lead.at) : ''],
      ['AuthAmount', taken ? String(taken.minor) : '0'], ['AuthDate', taken ? timestamp(taken.at) : ''],
      ['RecurringInfo', 'N'], ['RecurringStatus', ''], ['Status', statusOf(order)], ...REWARDS, ['UsedBnsAmount', '0'],
      ['InstallmentCnt', order.installments || '0'], ['CardNumberMasked', masked(order.pan)], ['CardRef', ''],
      ['Code', last.verdict.code], ['ReasonCode', last.verdict.reason], ['SysErrMsg', last.verdict.detail],
      ['RetrefNum', last.retrefNum], ['GPID', ''], ['AuthCode', last.authCode], ['BatchNum', last.batch],
      ['SequenceNum', last.sequence], ['ProvDate', timestamp(last.at)], ['CardHolderName', 'VE*** MÜŞ***'], ['CardType', 'BONUS'],
    ];
  }

  function statusOf(order) {
    const lead = book.first(order);
    if (!lead) return 'DECLINED';
    if (lead.voidedAt !== null) return settings.statusAfterVoid;
    const captured = book.captured(order);
    if (captured === 0n) return 'WAITINGPOSTAUTH';
    return captured === book.refunded(order) ? settings.statusAfterRefund : 'APPROVED';
  }

  /** The transactions of one order, the oldest first. */
  function history(request) {
    const found = visible(request);
    const shown = (found?.entries ?? []).filter(({ type }) => type !== 'void' || settings.voidInHistory !== 'date');
    const rows = found ? shown.map((entry) => ['OrderTxn', transaction(found, entry)]) : '';
    return { verdict: found ? FOUND : REFUSALS.unknownOrder(), order: [['OrderHistInqResult', [['OrderTxnList', rows]]]] };
  }

  function transaction(order, entry) {
    const isPreauth = entry.type === 'preauth';
    const date = approved(entry) ? day(entry.at) : '';
    const showsVoid = entry.voidedAt !== null && settings.voidInHistory !== 'entry';
    return [
      ['Type', entry.type], ['Status', approved(entry) ? '00' : '01'],
      ['PreAuthAmount', isPreauth ? String(entry.minor) : '0'], ['AuthAmount', isPreauth ? '0' : String(entry.minor)],
      ['PreAuthDate', isPreauth ? date : ''], ['AuthDate', isPreauth ? '' : date],
      ['VoidDate', showsVoid ? day(entry.voidedAt) : ''],
      ['RetrefNum', entry.retrefNum], ['AuthCode', entry.authCode], ['ReturnCode', entry.verdict.code], ['BatchNum', entry.batch],
      ...REWARDS, ['InstallmentCnt', order.installments || '0'], ['CurrencyCode', approved(entry) ? order.currency : '0'],
      ['Settlement', entry.settled ? 'Y' : 'N'],
    ];
  }

  /** All transactions of at most thirty days, page by page. */
  function list({ terminalId, startDate, endDate, pageNumber }) {
    const [from, to] = [fromTurkish(startDate), fromTurkish(endDate)];
    const nothing = [['OrderListInqResult', [['OrderTxnList', '']]]];
    const page = /^[1-9]\d{0,4}$/.test(pageNumber) ? Number(pageNumber) : 0;
    const refused = (field) => ({ verdict: REFUSALS.badValue(field), order: nothing });
    if (from === null) return refused('StartDate');
    if (to === null || to < from || to - from > LONGEST_MS) return refused('EndDate');
    if (page === 0) return refused('ListPageNum');
    const orders = book.orders().filter((order) => order.terminalId === terminalId);
    const all = orders.flatMap((order) => order.entries.map((entry) => ({ order, entry })))
      .filter(({ entry }) => entry.at >= from && entry.at < to + 60_000 && isOldEnough(entry))
      .sort((a, b) => a.entry.at - b.entry.at || Number(a.entry.sequence) - Number(b.entry.sequence));
    if (all.length === 0) return { verdict: REFUSALS.unknownOrder(), order: nothing };
    const size = settings.listPageSize;
    const rows = all.slice((page - 1) * size, page * size).map((row, i) => ['OrderTxn', listed(row, (page - 1) * size + i + 1)]);
    const counts = [
      ['TotalTxnCount', String(all.length)], ['TotalPageCount', String(Math.ceil(all.length / size))],
      ['ActPageNum', String(page)],
    ];
    return { verdict: FOUND, order: [['OrderListInqResult', [['OrderTxnList', [...counts, ...rows]]]]] };
  }

  function listed({ order, entry }, id) {
    const { code } = CURRENCIES[order.currency];
    return [
      ['Id', String(id)], ['LastTrxDate', seconds(entry.at)], ['TrxType', TYPES[entry.type]], ['OrderID', order.orderId],
      ['Name', ''], ['CardNumberMasked', masked(order.pan)], ['ExpireDate', order.expiry], ['BankBin', order.pan.slice(0, 8)],
      ['BatchNum', `${entry.batch}00`], ['AuthCode', entry.authCode], ['RetrefNum', entry.retrefNum],
      ['OrigRetrefNum', entry.original],
      ['InstallmentCnt', order.installments || 'Pesin'], ['Status', approved(entry) ? 'Basarili' : 'Basarisiz'],
      ['AuthAmount', String(entry.minor)], ['CurrencyCode', code === 'TRY' ? 'TL' : code], ...REWARDS,
      ['SafeType', order.threeDS?.mdStatus ? '3D' : ''], ['Comment1', ''], ['Comment2', ''], ['Comment3', ''],
      ['UserId', entry.user], ['Settlement', entry.settled ? 'Y' : 'N'], ['EmailAddress', order.email],
      ['RecurringTotalPaymentNum', '0'], ['RecurringLastPaymentNum', '0'], ['RecurringTxnAmount', '0'],
      ['ResponseCode', entry.verdict.code], ['SysErrMsg', entry.verdict.detail],
    ];
  }

  return { order, history, list };
}

const NOTHING = [
  ['ChargeType', ''], ['PreAuthAmount', '0'], ['PreAuthDate', ''], ['AuthAmount', '0'], ['AuthDate', ''], ['RecurringInfo', ''],
  ['RecurringStatus', ''], ['Status', ''], ...REWARDS, ['UsedBnsAmount', '0'], ['InstallmentCnt', '0'],
  ['CardNumberMasked', 'null'], ['CardRef', ''], ['Code', ''], ['ReasonCode', ''], ['SysErrMsg', ''],
  ['RetrefNum', ''], ['GPID', ''], ['AuthCode', ''], ['BatchNum', '0'], ['SequenceNum', '0'], ['ProvDate', ''],
  ['CardHolderName', ''], ['CardType', ''],
];

/** '21/11/2026 18:42' on a Turkish clock, as the milliseconds of the world; null where it is no such time. */
function fromTurkish(text) {
  const [, date, month, year, hour, minute] = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d)$/.exec(text) ?? [];
  const at = year ? Date.UTC(year, month - 1, date, hour, minute) - 3 * HOUR : NaN;
  return !Number.isNaN(at) && seconds(at).startsWith(`${year}-${month}-${date} ${hour}:${minute}`) ? at : null;
}
