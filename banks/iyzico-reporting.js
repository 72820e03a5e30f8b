// iyzico's reporting service: one payment with its cancels and refunds, and the transactions of a day. Nothing of it is signed.
// Source: docs.iyzico.com, Raporlama Servisi. As in published answers of the sandbox, times are Turkish ones although
// `createdDate` ends in Z, and a payment's basketId is a number of iyzico's own where the transactions repeat the shop's.
import { commission, toFine } from './iyzico-answers.js';
import { missing } from './iyzico-codes.js';
import { Decimal } from './json.js';
import { timestamp } from './turkish-time.js';

const PAYMENT_STATUS = { SUCCESS: 1, FAILURE: 2, INIT_THREEDS: 2, CALLBACK_THREEDS: 3 };
const WEEK_MS = 7 * 24 * 3600_000;

const zoned = (ms) => `${timestamp(ms).slice(0, 19).replace(' ', 'T')}Z`;
const second = (ms) => timestamp(ms).slice(0, 19);

/** @param {{ payments: () => any[], answers: any, book: any, settings: any }} bank */
export function createReporting({ payments, answers, book, settings }) {
  const { decimal } = answers;
  const number = (id) => (settings.reportIds === 'number' ? new Decimal(id) : id);
  const isSale = ({ paymentStatus }) => paymentStatus === 'SUCCESS';

  // ---- one payment

  /** GET, by paymentId or paymentConversationId. */
  function details(query, store) {
    const { paymentId, paymentConversationId } = query;
    if (!paymentId && !paymentConversationId) return answers.failure(query, missing('paymentId'));
    const found = payments().filter((payment) => payment.store === store && payment.paymentStatus !== null
      && (paymentId ? payment.paymentId === paymentId : payment.conversationId === paymentConversationId));
    return { ...answers.success(query), payments: found.map(report) };
  }

  function report(payment) {
    return {
      paymentId: number(payment.paymentId), paymentStatus: PAYMENT_STATUS[payment.paymentStatus],
      ...(isSale(payment) && { paymentRefundStatus: book.refundStatus(payment) }),
      ...answers.amounts(payment), paymentConversationId: payment.conversationId,
      ...(isSale(payment) && { fraudStatus: payment.fraudStatus }), ...answers.card(payment),
      basketId: settings.reportBasketId === 'own' ? payment.ownBasketId : payment.basketId, currency: payment.currency.code,
      connectorName: 'IYZI_POS', ...(payment.authCode && { authCode: payment.authCode }), threeDS: payment.mdStatus !== null,
      phase: payment.phase, acquirerBankName: 'iyziPos', ...(payment.authCode && { hostReference: payment.hostReference }),
      createdDate: zoned(payment.paidAt ?? payment.startedAt),
      cancels: payment.movements.filter(({ type }) => type === 'CANCEL').map((movement) => ({
        refundId: number(movement.id), cancelConversationId: movement.conversationId, ...given(payment, movement, movement.parts),
      })),
      itemTransactions: payment.items.map((item) => ({
        ...answers.transaction(payment, item, number(item.transactionId)), refunds: refundsOf(payment, item),
      })),
    };
  }

  const refundsOf = (payment, item) => payment.movements.filter(({ type }) => type === 'REFUND')
    .flatMap((movement) => movement.parts.filter((part) => part.item === item).map((part) => ({
      refundTxId: number(part.id), refundConversationId: movement.conversationId, ...given(payment, movement, [part]),
      isAfterSettlement: isLate(payment, movement),
    })));

  const given = (payment, { at, authCode, hostReference }, parts) => ({
    refundPrice: decimal(parts.reduce((total, { fine }) => total + fine, 0n)), refundStatus: 1, createdDate: zoned(at),
    currencyCode: payment.currency.code, authCode, hostReference,
  });

  const isLate = ({ capturedAt }, { at }) => capturedAt !== null && at - capturedAt > WEEK_MS;

  // ---- the transactions of a day

  /** GET, by transactionDate and page; the newest first. A row is an item of a basket. */
  function transactions(query, store) {
    const { transactionDate: day = '', page = '' } = query;
    if (!/^\d{4}-\d\d-\d\d$/.test(day)) return answers.failure(query, missing('transactionDate'));
    if (!/^[1-9]\d*$/.test(page)) return answers.failure(query, missing('page'));
    const rows = payments().filter((payment) => payment.store === store && isSale(payment)).flatMap(rowsOf)
      .filter(({ at }) => second(at).startsWith(day)).sort((a, b) => b.at - a.at);
    const size = settings.reportPage;
    return {
      ...answers.success(query), transactions: rows.slice((page - 1) * size, page * size).map(({ row }) => row),
      currentPage: Number(page), totalPageCount: Math.ceil(rows.length / size),
    };
  }

  const rowsOf = (payment) => [
    ...[...payment.movements].reverse().flatMap((movement) => movement.parts.map((part) => movementRow(payment, movement, part))),
    ...payment.items.map((item) => saleRow(payment, item)),
  ];

  function saleRow(payment, item) {
    const fee = commission(item.paid);
    const at = payment.capturedAt ?? payment.paidAt;
    return {
      at,
      row: {
        transactionType: 'PAYMENT', transactionDate: second(at), transactionId: number(item.transactionId),
        transactionStatus: payment.fraudStatus === 1 ? 2 : 0,
        ...about(payment, item, toFine(item.price, payment.currency), item.paid, payment),
        iyzicoCommission: decimal(fee), iyzicoFee: new Decimal('0.25'), parity: 1, iyzicoConversionAmount: 0,
        merchantPayoutAmount: decimal(item.paid - fee),
      },
    };
  }

  /** Its paidPrice is the whole payment's, its price what was taken from the item. */
  const movementRow = (payment, movement, part) => ({
    at: movement.at,
    row: {
      transactionType: movement.type, transactionDate: second(movement.at), transactionId: number(part.id),
      ...(movement.type === 'REFUND' && { afterSettlement: isLate(payment, movement) ? 1 : 0 }),
      ...about(payment, part.item, part.fine, toFine(payment.paid, payment.currency), movement),
    },
  });

  const about = (payment, item, price, paid, { authCode, hostReference }) => ({
    paymentTxId: number(item.transactionId), paymentId: number(payment.paymentId), conversationId: payment.conversationId,
    paymentPhase: payment.phase, price: decimal(price), paidPrice: decimal(paid), transactionCurrency: payment.currency.code,
    installment: payment.installments, threeDS: payment.mdStatus === null ? 0 : 1, settlementCurrency: payment.currency.code,
    connectorType: 'IYZI_POS', posOrderId: payment.posOrderId, authCode, hostReference, basketId: payment.basketId,
  });

  return { details, transactions };
}
