// The simulated Kuveyt Türk: the gate that a shop's server sends the card to, the return in one form field, and the provision after
// it. The pages are those of boa-threeds.js, the SOAP service for inquiry, void and refund is in kuveytturk-soap.js, the money in
// boa-book.js. Written from the bank's "3D Secure Model" document (TDV2.0.0).
import { randomBytes } from 'node:crypto';
import { createBook, statusOf } from './boa-book.js';
import { verdict } from './boa-codes.js';
import { answerHash, hashedPassword, requestHash } from './boa-hash.js';
import { createThreeDS } from './boa-threeds.js';
import { below, encodeField, maskPan, NIL, reader, readXml, XSI } from './boa-wire.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults, lostAnswer, withFault, XML_FAULTS } from './faults.js';
import { createSoap, OPERATIONS as SOAP_OPERATIONS, SOAP_FAULTS } from './kuveytturk-soap.js';
import { CURRENCIES } from './money.js';
import { methodOnly, plainText } from './page.js';
import { timestamp } from './turkish-time.js';
import { element } from './xml.js';

export { answerHash, hashedPassword, requestHash } from './boa-hash.js';

/** The numbers are those of the bank's public test shop; the password is this simulation's own. */
export const SIMULATOR_ACCOUNT = {
  merchantId: '496', customerId: '400235', userName: 'apitest', password: 'simBoa12', merchantName: 'VELOPOS ÖRNEK MAĞAZA',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  oldApi: false,                 // true: as before TDV2, the return brings UserName and HashPassword, the key itself
  signsRefusals: false,          // true: the return of a failed authentication has a HashData, too
  signsDeclines: true,           // false: the answer of a declined provision has neither HashData nor VPosMessage
  acceptsAttempts: true,         // false: an authentication that was only attempted has failed
  uniqueOrders: false,           // true: a MerchantOrderId that was paid is refused at the gate; the bank does not promise it
  usedMd: 'OrderIsProcessedBefore',    // what a second provision with an MD is told: this or 'EmptyMDException'
  refusalsAs: 'form',            // what the gate answers when something is wrong: a 'form' to FailUrl, or bare 'xml'
  refusalsNameOrder: true,       // false: not even the order number stands in them
  quote: '"',                    // of the attributes in the gate's pages: " or '
  mdBytes: 48,                   // of an MD, before base64
  answerCurrency: '949',         // in returns and answers; '0949' as in requests
  sameDayRules: true,            // a void only before settle(), a whole refund only after it
  soapPrefix: '',                // before the names of the SOAP answers, as 'b:'
  statusLagMs: 0,                // a fresh payment is not found for so long
  listsOpen: true,               // an inquiry shows what was authenticated and never charged
  ipRefused: false,              // true: this address is not allowed (PosMerchantIPError)
  repeatCallback: 0,             // the bank posts the same return so many more times, from server to server
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };

export const OPERATIONS = ['ThreeDModelPayGate', 'ThreeDModelProvisionGate', ...SOAP_OPERATIONS];

/** What `fault({ on, kind })` can make of a request. `on` is one of the operations, or '*'. */
export const FAULTS = {
  ...XML_FAULTS,
  slow: 'does the work and answers late',
  'wrong-order': 'does the work; the answer speaks of another order, and its hash is made for that one',
  'wrong-amount': 'does the work; the answer speaks of another amount, which no hash covers',
  'wrong-hash': 'does the work; the hash of the answer is made with another key',
  'no-hash': 'does the work; the answer has no HashData',
  ...SOAP_FAULTS,
};

/** The request's fields that may not be missing, and how the bank calls it. */
const REQUIRED = {
  CustomerId: 'EmptyCustomerIdField', MerchantOrderId: 'EmptyMerchantOrderIdField', Amount: 'EmptyAmountField',
  CardNumber: 'EmptyCardNumberField', CardHolderName: 'EmptyCardHolderNameField',
};

/** The test card `silent`: the money was taken, and the answer never comes. */
const NEVER = Symbol('never');

/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT>} [options.stores] the shops of this bank
 * @param {Partial<typeof SETTINGS>} [options.settings]
 * @param {string} [options.mount] path under which `handle` is mounted
 * @param {ReturnType<typeof createCourier>} [options.courier]
 */
export function createKuveytTurk(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/kuveytturk' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const forced = new Map();            // shop's order number → name of an outcome
  const faults = createFaults();
  const keyOf = (store) => hashedPassword(store.password);
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  const threeDS = createThreeDS({ system: 'kuveytturk', mount, now, random, times, settings, courier, book, outcomeOf, returnFields });
  const soap = createSoap({ book, stores, settings, faults, times, courier, now });
  const gates = { ThreeDModelPayGate: enrol, ThreeDModelProvisionGate: provide, Non3DPayGate: withoutThreeDS };

  async function handle(request) {
    const { path, method } = request;
    if (path.startsWith('/VirtualPosService.svc')) return method === 'POST' ? soap(request) : methodOnly('POST');
    if (path === '/Home/') return plainText(200, 'AssemblyNotFound');
    const [, operation] = /^\/Home\/(\w+)$/.exec(path) ?? [];
    if (Object.hasOwn(gates, operation ?? '')) return method === 'POST' ? answered(operation, request) : methodOnly('POST');
    const [, id, step] = /^\/acs\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return threeDS.handle(request, id, step);
  }

  function answered(operation, request) {
    const kind = faults.take(operation);
    const work = async () => {
      const answer = await gates[operation](request, kind);
      return answer === NEVER ? lostAnswer('timeout', courier.wait, times.hangMs) : answer;
    };
    return withFault(kind, work, { wait: courier.wait, ...times });
  }

  /** @returns the request's document, or what the bank says about it before it reads on */
  function open({ body }) {
    let root;
    try { root = readXml(body, 'KuveytTurkVPosMessage'); } catch { return { refusal: verdict('TechnicalException') }; }
    const get = reader(root);
    const store = stores.find(({ merchantId }) => merchantId === get('MerchantId'));
    return { root, get, store, refusal: accountProblem(get, store) };
  }

  function accountProblem(get, store) {
    if (!store) return verdict('MerchantNotDefined');
    if (get('UserName') !== store.userName) return verdict('ApiUserNotDefined');
    if (settings.ipRefused) return verdict('PosMerchantIPError');
    if (get('APIVersion') !== 'TDV2.0.0') return verdict('TechnicalException', 'APIVersion');
    const { merchantId, userName } = store;
    const [merchantOrderId, amount, okUrl, failUrl] = ['MerchantOrderId', 'Amount', 'OkUrl', 'FailUrl'].map(get);
    const expected = requestHash({ merchantId, merchantOrderId, amount, okUrl, failUrl, userName }, keyOf(store));
    return sameDigest(get('HashData'), expected) ? null : verdict('HashDataError');
  }

  // ---- the gate

  function enrol(request) {
    const { root, get, store, refusal } = open(request);
    const problem = refusal ?? formProblem(get, below(root, 'DeviceData'), store);
    if (problem) return turnedAway(get, problem);
    const card = { pan: get('CardNumber'), cv2: get('CardCVV2'), month: get('CardExpireDateMonth'), year: get('CardExpireDateYear') };
    const terms = { ...termsOf(get), okUrl: get('OkUrl'), failUrl: get('FailUrl') };
    const opened = threeDS.enrol({ store, terms, card: { ...card, holder: get('CardHolderName') }, origin: request.origin });
    return opened.answer ?? turnedAway(get, opened.refusal);
  }

  function formProblem(get, device, store) {
    const missing = Object.keys(REQUIRED).find((name) => get(name) === '');
    if (missing) return verdict(REQUIRED[missing]);
    if (get('CustomerId') !== store.customerId) return verdict('MerchantNotDefined');
    if (get('TransactionSecurity') !== '3') return verdict('InvalidTransactionSecurity');
    if (!Object.hasOwn(CURRENCIES, numberOf(get('CurrencyCode')))) return verdict('CurrencyCodeInvalid');
    if (!device || reader(device)('ClientIP') === '' || get('TransactionType') !== 'Sale') return verdict('NullCheck');
    if (!/^[1-9]\d{0,11}$/.test(get('Amount')) || !/^\d{1,2}$/.test(get('InstallmentCount'))) return verdict('EmptyAmountField');
    const paid = book.ofShop(store.merchantId, get('MerchantOrderId')).some(book.approved);
    return settings.uniqueOrders && paid ? verdict('OrderIsProcessedBefore') : null;
  }

  const termsOf = (get) => ({
    merchantOrderId: get('MerchantOrderId'), minor: BigInt(get('Amount')), amount: get('Amount'), currency: numberOf(get('CurrencyCode')),
    installments: Number(get('InstallmentCount')),
  });

  /** Something is wrong: a page that leads straight back, unless the shop's address is none of this computer's. */
  function turnedAway(get, { code, text }) {
    const order = settings.refusalsNameOrder ? [['MerchantOrderId', get?.('MerchantOrderId') ?? '']] : [];
    const message = response([
      ['IsEnrolled', 'false'], ['IsVirtual', 'false'], ['ResponseCode', code], ['ResponseMessage', text], ['OrderId', '0'],
      ['TransactionTime', '0001-01-01T00:00:00'], ...order, ['ReferenceId', random(16).toString('hex')], ['MerchantId', '', NIL],
      ['BusinessKey', '0'],
    ]);
    const failUrl = get?.('FailUrl') ?? '';
    if (settings.refusalsAs === 'xml' || !courier.mayReach(failUrl)) return xml(message);
    return threeDS.refusedPage(failUrl, [['AuthenticationResponse', encodeField(message)]]);
  }

  function withoutThreeDS() {
    const { code, text } = verdict('Non3dUsageUnavailable');
    return xml(response([['ResponseCode', code], ['ResponseMessage', text], ['OrderId', '0']]));
  }

  // ---- the return

  /** One field with a whole document in it. Signed are the shop's number, the result and the bank's number; nothing else. */
  function returnFields({ store, terms, pan }, { code, text, orderId, md }) {
    const signs = code === '00' || settings.signsRefusals;
    const hash = answerHash({ merchantOrderId: terms.merchantOrderId, responseCode: code, orderId }, keyOf(store));
    const document = response([
      ['VPosMessage', message({ store, terms, pan, orderId, key: settings.oldApi ? keyOf(store) : '' })],
      ['IsEnrolled', 'true'], ['IsVirtual', 'false'], ['ResponseCode', code], ['ResponseMessage', text], ['OrderId', orderId],
      ['TransactionTime', '0001-01-01T00:00:00'], ['MerchantOrderId', terms.merchantOrderId],
      ...(signs ? [['HashData', hash]] : []), ['MD', md], ['ReferenceId', random(16).toString('hex')], ['MerchantId', '', NIL],
      ['BusinessKey', '0'],
    ]);
    return [['AuthenticationResponse', encodeField(document)]];
  }

  /** What the bank repeats of the request. With the old interface the key is in it, and so in the customer's browser. */
  function message({ store, terms, pan, orderId, key = '' }) {
    return [
      ['OrderId', orderId], ['OkUrl', terms.okUrl], ['FailUrl', terms.failUrl], ['MerchantId', store.merchantId],
      ['SubMerchantId', '0'], ['CustomerId', store.customerId], ['UserName', key && store.userName], ['HashPassword', key],
      ['CardNumber', maskPan(pan, 8)], ['IsTemporaryCard', '', NIL], ['BatchID', '0'], ['InstallmentCount', String(terms.installments)],
      ['Amount', terms.amount], ['CancelAmount', '0'], ['MerchantOrderId', terms.merchantOrderId], ['OrderStatus', '', NIL],
      ['FECAmount', '0'], ['CurrencyCode', settings.answerCurrency.length === 4 ? `0${terms.currency}` : terms.currency],
      ['QeryId', '0'], ['DebtId', '0'], ['SurchargeAmount', '0'], ['SGKDebtAmount', '0'], ['TransactionSecurity', '3'],
      ['PaymentId', '', NIL], ['TranDate', '', NIL],
    ];
  }

  // ---- the provision

  async function provide(request, kind) {
    const { root, get, store, refusal } = open(request);
    const { authentication, refusal: why = refusal } = refusal ? {} : redeem(root, get, store);
    if (why) return xml(response([['ResponseCode', why.code], ['ResponseMessage', why.text], ['OrderId', '0']]));
    const { session, order } = authentication;
    if (session.outcome.slow) await courier.wait(times.slowMs);
    const entry = book.charge(order, session.outcome);
    if (session.outcome.silent && entry.code === '00') return NEVER;
    return damaged(kind, (fault) => xml(receipt(session, order, entry, fault)));
  }

  /** An MD is for the order, amount, instalments and currency that the customer saw, and for one charge. */
  function redeem(root, get, store) {
    const data = below(root, 'KuveytTurkVPosAdditionalData', 'AdditionalData');
    const md = data && reader(data)('Key') === 'MD' ? reader(data)('Data') : '';
    const [currency, installments] = [get('CurrencyCode'), get('InstallmentCount')];
    return threeDS.redeem({
      store, md, same: (terms) => get('MerchantOrderId') === terms.merchantOrderId && get('Amount') === terms.amount
        && (currency === '' || numberOf(currency) === terms.currency) && Number(installments) === terms.installments,
    });
  }

  function receipt({ store, terms, pan }, order, entry, fault) {
    const words = verdict(entry.code);
    const orderId = fault === 'wrong-order' ? String(BigInt(order.orderId) + 1n) : order.orderId;
    const merchantOrderId = fault === 'wrong-order' ? `${terms.merchantOrderId}X` : terms.merchantOrderId;
    const amount = fault === 'wrong-amount' ? String(terms.minor + 1n) : terms.amount;
    const key = fault === 'wrong-hash' ? hashedPassword('') : keyOf(store);
    const hash = answerHash({ merchantOrderId, rrn: entry.rrn, responseCode: entry.code, orderId }, key);
    const whole = entry.code === '00' || settings.signsDeclines;
    return response([
      ...(whole ? [['VPosMessage', message({ store, terms: { ...terms, merchantOrderId, amount }, pan, orderId })]] : []),
      ['IsEnrolled', 'true'], ['IsVirtual', 'false'], ['ProvisionNumber', entry.provision], ['RRN', entry.rrn], ['Stan', entry.stan],
      ['ResponseCode', entry.code], ['ResponseMessage', words.text], ['OrderId', orderId],
      ['TransactionTime', timestamp(entry.at).replace(' ', 'T')], ['MerchantOrderId', merchantOrderId],
      ...(whole && fault !== 'no-hash' ? [['HashData', hash]] : []), ['MerchantId', '', NIL], ['BusinessKey', '0'],
    ]);
  }

  // ---- for tests and for the ledger

  /**
   * A whole visit of the card's bank without a browser.
   * @param {string} html the page with which ThreeDModelPayGate answered the shop's server
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] `card` may be 'cancel' or 'close'
   * @returns the message that comes back (`body` null where none does), and the bank's view of the order
   */
  async function visit(html, customer) {
    const { orderId, ...back } = await threeDS.visit(html, customer);
    return { ...back, order: find(orderId) };
  }

  function describe(order) {
    const { code: currency, digits } = CURRENCIES[order.currency];
    const { charge } = order;
    return {
      system: 'kuveytturk', orderId: order.merchantOrderId, status: statusOf(order), currency, digits, minor: order.minor,
      captured: order.captured, refunded: order.refunded, code: charge?.code ?? '', authCode: charge?.provision ?? '',
      hostRef: order.orderId, rrn: charge?.rrn ?? '', mdStatus: '', card: maskPan(order.pan), at: order.at, entries: order.entries.length,
    };
  }

  /** The order's payment, or else the latest attempt at it. */
  function find(merchantOrderId) {
    const attempts = book.orders().filter((order) => order.merchantOrderId === merchantOrderId);
    const order = attempts.find(book.approved) ?? attempts.at(-1);
    return order && describe(order);
  }

  return {
    name: 'kuveytturk', handle, visit, find, settings, times, courier,
    payments: () => book.orders().filter(({ charge }) => charge).map(describe),
    session: threeDS.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(merchantOrderId, outcomeName) { forced.set(merchantOrderId, cardByName(outcomeName).name); },
    /** How the interfaces misbehave: see FAULTS. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((each) => each.system === 'kuveytturk'),
    close: () => courier.close(),
  };
}

/** '0949' is 949. */
const numberOf = (text) => text.replace(/^0(?=\d{3}$)/, '');

const response = (children) =>
  `<?xml version="1.0" encoding="utf-8"?>${element('VPosTransactionResponseContract', children, XSI)}`;

const xml = (text) => ({ status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: text });

/** An answer whose decisive elements stand in it twice says first what a thief would like. */
function damaged(kind, answer) {
  const whole = answer(kind);
  if (kind !== 'duplicate-tag') return whole;
  return { ...whole, body: whole.body.replace('<IsEnrolled>', '<ResponseCode>00</ResponseCode><IsEnrolled>') };
}
