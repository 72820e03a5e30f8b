// iyzico's 3-D Secure by API: the shop sends the card, gets HTML that takes the browser to the card's bank, hears of the
// result from the browser, and only then asks for the money. Source: docs.iyzico.com, 3DS Entegrasyonu.
// The page of the card's bank is that of the sandbox, POST /payment/mock/init3ds.
import { responseSignature } from './iyzico-hash.js';
import { conversationOf, distorted } from './iyzico-answers.js';
import { ERRORS, missing, NOT_AUTHENTICATED } from './iyzico-codes.js';
import { ANSWERS, cardByNumber } from './cards.js';
import { encodeForm } from './form.js';
import { toMinor } from './money.js';
import { escapeHtml } from './page.js';

const INSTALLMENTS = [1, 2, 3, 4, 6, 9, 12];

/** A public test card with which 3-D Secure does not even begin. */
const NOT_INITIALIZED = '4151111111111112';

/**
 * @param {object} bank what this service needs of the simulated iyzico
 * @param {(body: object) => { error: string[] } | { currency: object, price: bigint, paid: bigint }} bank.readOrder
 * @param {Function} bank.register begins a payment
 * @param {(paymentId: string) => any} bank.byPaymentId
 * @param {(payment: any) => import('./cards.js').Outcome} bank.outcomeOf
 * @param {(payment: any, status: string, eventType?: string) => void} bank.become
 */
export function createThreeDS({
  readOrder, register, byPaymentId, outcomeOf, become, answers, book, courier, settings, times, random, mount,
}) {
  const { failure, success } = answers;

  // ---- begin

  const initialize = (phase) => (body, store, { origin }) => {
    const order = readOrder(body);
    const error = order.error ?? cardError(body.paymentCard) ?? installmentError(body);
    if (error) return failure(body, error);
    if (digits(body.paymentCard) === NOT_INITIALIZED) return failure(body, ERRORS.notPossible);
    const payment = register(body, store, {
      ...order, channel: 'api', phase, state: 'password', pan: digits(body.paymentCard),
      installments: Number(body.installment ?? 1),
      conversationData: settings.conversationData === 'filled' ? random(24).toString('base64') : '',
    });
    become(payment, 'INIT_THREEDS', 'THREE_DS_AUTH');
    return {
      ...success(body), threeDSHtmlContent: Buffer.from(formOf(payment, origin)).toString('base64'), paymentId: payment.paymentId,
      signature: responseSignature([payment.paymentId, conversationOf(body)], store.secretKey),
    };
  };

  const digits = ({ cardNumber }) => String(cardNumber).replace(/\s/g, '');

  function cardError(card) {
    if (!card || typeof card !== 'object') return ERRORS.paymentCard;
    const { cardHolderName = '', expireMonth = '', expireYear = '', cvc = '' } = card;
    if (!cardByNumber(digits(card)) && digits(card) !== NOT_INITIALIZED) return ERRORS.cardNumber;
    if (!/^(0[1-9]|1[0-2])$/.test(expireMonth)) return ERRORS.expireMonth;
    if (!/^(20)?\d\d$/.test(expireYear)) return ERRORS.expireYear;
    if (!/^\d{3,4}$/.test(cvc)) return ERRORS.cvc;
    return cardHolderName === '' ? missing('cardHolderName') : null;
  }

  const installmentError = ({ installment = 1 }) => (INSTALLMENTS.includes(Number(installment)) ? null : ERRORS.installment);

  /** The form by which the browser leaves for the card's bank, as the sandbox writes it. */
  function formOf({ posOrderId, pan }, origin) {
    const at = (path) => `${origin}${mount}/payment/${path}`;
    const fields = {
      orderId: posOrderId, bin: pan.slice(0, 6), successUrl: at('iyzipos/callback3ds/success/3'),
      failureUrl: at('iyzipos/callback3ds/failure/3'), confirmationUrl: at('mock/confirm3ds'), PaReq: random(16).toString('hex'),
    };
    const inputs = Object.entries(fields)
      .map(([name, value]) => `        <input type="hidden" name="${name}" value="${escapeHtml(value)}">\n`).join('');
    return `<!doctype html>
<html lang="en">
<head>
    <title>iyzico Mock 3D-Secure Processing Page</title>
</head>
<body>
    <form id="iyzico-3ds-form" action="${at('mock/init3ds')}" method="post">
${inputs}    </form>
    <script type="text/javascript">
        document.getElementById("iyzico-3ds-form").submit();
    </script>
</body>
</html>
`;
  }

  // ---- the card's bank has answered

  const mayBeCharged = ({ mdStatus }) => settings.chargedMdStatuses.includes(mdStatus);

  /** @param {string} mdStatus */
  function authenticated(payment, mdStatus) {
    Object.assign(payment, { state: 'done', mdStatus });
    if (!mayBeCharged(payment)) payment.failure = NOT_AUTHENTICATED;
    become(payment, mayBeCharged(payment) ? 'CALLBACK_THREEDS' : 'FAILURE', 'THREE_DS_CALLBACK');
    payment.returned = courier.record({
      system: 'iyzico', kind: 'callback', via: 'browser', orderId: payment.basketId, url: payment.body.callbackUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: encodeForm(callbackFields(payment)),
    });
  }

  /** What the browser posts to callbackUrl. The amount is not in it. */
  function callbackFields({ mdStatus, conversationData, conversationId, store, ...payment }) {
    const passed = settings.successMdStatuses.includes(mdStatus);
    const status = passed ? 'success' : 'failure';
    const paymentId = passed || settings.failedPaymentId === 'filled' ? payment.paymentId : '';
    const signature = responseSignature([conversationData, conversationId, mdStatus, paymentId, status], store.secretKey);
    return Object.entries({ status, paymentId, conversationData, conversationId, mdStatus, signature });
  }

  // ---- the money

  /** `/payment/3dsecure/auth`, and with `isSecond` the service under /v2, which wants to hear amount and basket again. */
  const authorize = (isSecond) => async (body, store, { kind }) => {
    if (!body.paymentId) return failure(body, ERRORS.paymentId);
    const payment = byPaymentId(String(body.paymentId));
    if (payment?.store !== store || payment.channel !== 'api') return failure(body, ERRORS.noPayment);
    const refused = (error) => failure(body, error, { paymentId: payment.paymentId });
    if (payment.paymentStatus === 'SUCCESS' && settings.repeatedAuth === 'repeat') return answer(payment, body, kind);
    if (payment.state !== 'done') return refused(ERRORS.notAuthenticatedYet);
    if (payment.failure) return refused(payment.failure);
    if (payment.charging) return refused(ERRORS.begunBefore);
    if (!isSameAsBegun(payment, body, isSecond)) return refused(ERRORS.otherPayment);
    payment.charging = true;
    const outcome = outcomeOf(payment);
    if (outcome.slow) await courier.wait(times.slowMs);
    payment.silent = outcome.silent;
    if (outcome.code !== '00') {
      payment.failure = ANSWERS[outcome.code].iyzico;
      become(payment, 'FAILURE', 'THREE_DS_AUTH');
      return refused(payment.failure);
    }
    book.authorize(payment, outcome);
    become(payment, 'SUCCESS', 'THREE_DS_AUTH');
    return outcome.silent ? null : answer(payment, body, kind);
  };

  function isSameAsBegun(payment, { conversationData = '', paidPrice, basketId, currency }, isSecond) {
    if (!isSecond) return conversationData === payment.conversationData;
    return toMinor(String(paidPrice)) === payment.paid && basketId === payment.basketId && currency === payment.currency.code;
  }

  const answer = (payment, body, kind) => answers.signedPayment(distorted(payment, kind), body);

  return { initialize, authenticated, callbackFields, authorize };
}
