// Common Payment (Ortak Ödeme): the shop registers a payment, the customer pays on the bank's page and comes back with a GET that
// proves nothing, and the shop asks. With the addresses of Innova's installations (form in, XML or JSON out) and those of VakıfBank's
// gateway of 2026 (the same, or JSON both ways).
import { sameDigest } from './digest.js';
import { duplicateName, FormError, parseForm } from './form.js';
import { readJsonObject } from './json.js';
import { CURRENCIES, fromMinor, toMinor } from './money.js';
import { FOLLOW_SCRIPT, methodOnly, page, plainText, returnLink, silentPage, speaker } from './page.js';
import { COMMON, Refusal, VPOS } from './payflex-codes.js';
import { commonPaymentHash } from './payflex-hash.js';
import { hostDate, isAmount, isId, json, maskPan, newId, xml } from './payflex-wire.js';
import { createVisits } from './visits.js';

/** The namespaces that every answer declares and none uses. */
const XMLNS = { 'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema', 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' };

/** Names as the documents of the two generations write them, without regard to case, and what they are called here. */
const NAMES = {
  HOSTMERCHANTID: 'merchantId', MERCHANTNUMBER: 'merchantId', MERCHANTPASSWORD: 'password', PASSWORD: 'password',
  HOSTTERMINALID: 'terminalNo', TERMINALNUMBER: 'terminalNo', AMOUNTCODE: 'currency', CURRENCYCODE: 'currency', AMOUNT: 'amount',
  TRANSACTIONID: 'transactionId', ORDERID: 'orderId', ORDERDESCRIPTION: 'description', INSTALLMENTCOUNT: 'installments',
  TRANSACTIONTYPE: 'type', ISSECURE: 'secure', SECURETYPE: 'secure', ALLOWNOTENROLLEDCARD: 'allowNotEnrolled',
  SUCCESSURL: 'successUrl', FAILURL: 'failUrl', REQUESTLANGUAGE: 'language', HASHEDDATA: 'hash', PAYMENTTOKEN: 'token',
};

const isTrue = (text) => /^(true|1)$/i.test(text ?? '');
const isEnglish = (text) => text === 'en-US' || text === '2';

/** @param {object} bank parts that payflex.js shares out */
export function createCommonPayment({ book, stores, settings, times, courier, now, random, respond, mount, forcedCard }) {
  /** @type {Map<string, any>} sessions by payment token */
  const sessions = new Map();

  const visits = createVisits({
    system: 'payflex', base: `${mount}/CpWeb/pay`, now, random, times, settings: { charset: 'UTF-8', repeatCallback: 0 }, courier,
    finish, turnBack: (session) => leave(session, {}),
  });

  // ---- what the shop's server asks

  /** @param {'form' | 'json'} family how the address is spoken to */
  async function register(request, family) {
    if (request.method !== 'POST') return methodOnly('POST');
    return respond('register', () => answered(request, family, 'RegisterResponse', (form) => {
      const session = open(form);
      return {
        CommonPaymentUrl: `${request.origin}${mount}${family === 'json' ? '/CommonPayment' : '/CpWeb'}/SecurePayment`,
        PaymentToken: session.token, ...(family === 'json' && { ErrorCode: '0000', ResponseMessage: 'Başarılı' }),
      };
    }));
  }

  async function query(request, family) {
    if (request.method !== 'POST') return methodOnly('POST');
    return respond('query', () => answered(request, family, 'VposQueryResponse', (form) => queried(form, family)));
  }

  /** A refusal is an ErrorCode and its words, in whatever shape the answer has. */
  function answered(request, family, root, work) {
    let answer;
    try {
      answer = work(readForm(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = { ErrorCode: error.code, ResponseMessage: COMMON[error.code] ?? VPOS[error.code] };
    }
    // Innova's installations write JSON unless they are asked for XML; the form address of 2026 writes XML unasked.
    const asksForXml = /xml/.test(request.headers.accept ?? '') || request.path.endsWith('/CreateToken');
    if (family === 'json' || !asksForXml) return json(answer);
    return xml(root, Object.entries(answer).map(([name, value]) => [name, value ?? '']), XMLNS);
  }

  /** Form fields, or one flat JSON object. */
  function readForm({ headers, body }) {
    const fields = /json/.test(headers['content-type'] ?? '') ? jsonFields(body) : formFields(body);
    if (duplicateName(fields)) throw new Refusal(6000);
    const known = fields.map(([name, value]) => [NAMES[name.toUpperCase()], value]).filter(([name]) => name);
    return Object.fromEntries(known);
  }

  function formFields(body) {
    try {
      return parseForm(body);
    } catch (error) {
      if (error instanceof FormError) throw new Refusal(6000);
      throw error;
    }
  }

  function jsonFields(body) {
    const value = readJsonObject(body);
    if (!value) throw new Refusal(6000);
    return Object.entries(value).map(([name, each]) => [name, String(each ?? '')]);
  }

  function storeOf({ merchantId, password }) {
    const store = stores.find((each) => each.merchantId === merchantId);
    if (!store) throw new Refusal(5002);
    if (!sameDigest(password, store.password)) throw new Refusal(5001);
    return store;
  }

  /** Checks a registration and opens the payment page for it. */
  function open(form) {
    const store = storeOf(form);
    if (form.terminalNo && form.terminalNo !== store.terminalNo) throw new Refusal(1125);
    if (!isAmount(form.amount) || toMinor(form.amount) === 0n) throw new Refusal(5014);
    if (CURRENCIES[form.currency]?.digits !== 2) throw new Refusal(5015);
    if (form.transactionId && !isId(form.transactionId)) throw new Refusal(5024);
    if (!isId(form.orderId)) throw new Refusal(5022);
    if (!['Sale', 'Auth'].includes(form.type)) throw new Refusal(5023);
    if (form.installments && !/^([2-9]|[1-3]\d)$/.test(form.installments)) throw new Refusal(1060);
    if (!courier.mayReach(form.successUrl ?? '')) throw new Refusal(5037);
    if (!courier.mayReach(form.failUrl ?? '')) throw new Refusal(5038);
    if (!hasFittingHash(form)) throw new Refusal(5025);
    book.checkNew(store, form);
    if (form.transactionId && find(store, form)) throw new Refusal(1006);
    return begin(form, store);
  }

  const hasFittingHash = (form) => (form.hash ? sameDigest(form.hash, commonPaymentHash(form)) : !settings.hashRequired);

  function begin(form, store) {
    const session = visits.begin({
      orderId: form.orderId, minor: toMinor(form.amount), currency: form.currency, installments: form.installments ?? '',
      shop: store.merchantName ?? store.merchantId, lang: isEnglish(form.language) ? 'en' : 'tr', without3D: !isTrue(form.secure),
      store, form, token: newId(random), transactionId: form.transactionId || newId(random), line: null, outcome: null, rc: null,
    });
    sessions.set(session.token, session);
    return session;
  }

  const find = (store, { token, transactionId }) => [...sessions.values()].find((session) => session.store === store
    && (!token || session.token === token) && (!transactionId || session.transactionId === transactionId));

  /** Before the payment ended there is no Rc; a declined or failed one has another than 0000. */
  function queried(form, family) {
    const store = storeOf(form);
    if (!form.token && !form.transactionId) throw new Refusal(5043);
    const session = find(store, form);
    if (!session) throw new Refusal(form.token ? 5043 : 5024);
    return family === 'json' ? jsonAnswer(session) : formAnswer(session);
  }

  const isFresh = ({ line }) => line && now() - line.at < settings.queryLagMs;

  function formAnswer(session) {
    const { form, line, rc, pan, month, year } = session;
    if (rc === null || isFresh(session)) return { TransactionId: session.transactionId, PaymentToken: session.token };
    const amount = fromMinor(session.minor);
    return {
      Rc: rc, AuthCode: line?.authCode, Rrn: line?.rrn, Message: messageOf(session), TransactionId: session.transactionId,
      PaymentToken: session.token, MaskedPan: pan && maskPan(pan), HostMerchantId: session.store.merchantId,
      HostTerminalId: session.store.terminalNo, AmountCode: session.currency,
      Amount: settings.queryAmounts === 'comma' ? amount.replace('.', ',') : amount, TransactionType: form.type,
      OrderID: form.orderId, OrderDescription: form.description, InstallmentCount: session.installments, IsSecure: cased(form.secure),
      AllowNotEnrolledCard: cased(form.allowNotEnrolled), SuccessUrl: form.successUrl, FailUrl: form.failUrl,
      RequestLanguage: form.language || 'tr-TR', Extract: '', CardHoldersName: 'Ve* Or*', CustomItems: '', ExpireMonth: month,
      ExpireYear: `20${year}`, BrandNumber: '', HostDate: line ? hostDate(line.at) : '', HostRc: '', CampaignResult: '',
      ErrorCode: rc === '0000' ? '' : rc, ResponseMessage: '',
    };
  }

  const cased = (text) => (isTrue(text) ? 'True' : 'False');

  function jsonAnswer(session) {
    const { form, line, rc, pan } = session;
    if (rc === null || isFresh(session)) return { Rc: null, TransactionId: session.transactionId, PaymentToken: session.token };
    return {
      Rc: rc, AuthCode: line?.authCode ?? null, Rrn: line?.rrn ?? null, Message: messageOf(session),
      TransactionId: session.transactionId, PaymentToken: session.token, MaskedPan: pan ? maskPan(pan) : null,
      OrderId: form.orderId, AmountCode: session.currency, Amount: fromMinor(session.minor), TransactionType: form.type,
      AuthResultCode: rc, AuthResultDescription: messageOf(session),
    };
  }

  const messageOf = ({ rc }) => VPOS[rc] ?? '';

  // ---- the customer

  /** `SecurePayment?Ptkn=…`, the address that the shop's page leads to. VakıfBank of 2026 writes the name in capitals. */
  function securePayment({ method, query: parameters }) {
    if (method !== 'GET') return methodOnly('GET');
    const token = [...parameters].find(([name]) => name.toUpperCase() === 'PTKN')?.[1];
    const session = sessions.get(token ?? '');
    return session ? visits.goOn(session) : plainText(404, 'There is no such payment.\n');
  }

  function pages(request, id, step) {
    const session = [...sessions.values()].find((each) => each.id === id);
    const ended = session?.state === 'done' && request.method === 'GET' && step === 'done';
    return ended ? endPage(session) : visits.handle(request, id, step);
  }

  /** The end of the password page: the bank takes the money, or says why not. */
  async function finish(session, authenticated) {
    session.state = 'done';
    session.outcome = forcedCard([session.orderId, session.transactionId, session.token], session.pan);
    const refusal = threeDProblem(session, authenticated);
    if (refusal) return leave(session, { rc: refusal });
    if (session.outcome.slow) await courier.wait(times.slowMs);
    return charge(session);
  }

  /** Which code a bank gives a card that is not enrolled where only enrolled ones are wanted is not documented; here it is 0400. */
  function threeDProblem({ form, outcome }, authenticated) {
    if (!isTrue(form.secure)) return null;
    if (!authenticated || outcome.mdStatus === '0') return '0400';
    return outcome.mdStatus === '2' && !isTrue(form.allowNotEnrolled) ? '0400' : null;
  }

  function charge(session) {
    const { store, form, transactionId, orderId, minor, currency, installments, pan, outcome } = session;
    const secureType = !isTrue(form.secure) ? '1' : outcome.mdStatus === '1' ? '2' : '3';
    try {
      const purchase = { type: form.type, transactionId, orderId, minor, currency, installments, pan, secureType, outcome };
      session.line = book.charge(store, purchase);
      session.silent = outcome.silent;
      return leave(session, { rc: session.line.code });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return leave(session, { rc: error.code });
    }
  }

  /** The address that the browser is sent to: success or failure, and in it what happened, unsigned. */
  function leave(session, { rc = null }) {
    const { form, line } = session;
    const known = {
      Rc: rc, AuthCode: line?.authCode, Rrn: rc === '0000' ? line.rrn : null, ErrorCode: line && rc !== '0000' ? rc : null,
      Message: rc && messageOf({ rc }), PaymentToken: session.token, TransactionId: session.transactionId,
      MaskedPan: rc && maskPan(session.pan),
    };
    const fields = Object.entries(known).filter(([, value]) => value);
    const target = rc === '0000' ? form.successUrl : form.failUrl;
    const url = `${target}${target.includes('?') ? '&' : '?'}${new URLSearchParams(fields)}`;
    Object.assign(session, { state: 'done', rc, returned: { url, fields, charset: 'UTF-8' } });
    if (session.silent) return;
    const { orderId } = session;
    const message = { system: 'payflex', kind: 'callback', via: 'browser', method: 'GET', orderId, url, headers: {}, body: '' };
    session.message = courier.record(message);
    for (let i = 1; i <= settings.repeatReturn; i += 1) {
      courier.later(() => courier.send(courier.record({ ...message, via: 'server' })), i * times.repeatMs);
    }
  }

  /** A link, which a script follows: browsers apply a page's form-action to redirects, and the shop is elsewhere. */
  async function endPage(session) {
    await session.finished;
    if (session.silent) return silentPage('payflex', session.lang);
    const say = speaker(session.lang);
    const text = say('Ödeme sayfasından çıkılıyor.', 'Leaving the payment page.');
    return page({
      brand: 'payflex', language: session.lang, title: say('Mağazaya dönülüyor', 'Returning to the shop'), script: FOLLOW_SCRIPT,
      content: returnLink({ say, href: session.returned.url, text }),
    });
  }

  return {
    register, query, securePayment, pages,
    sessions: () => [...sessions.values()],
    session: (key) => [...sessions.values()].findLast(({ token, orderId }) => token === key || orderId === key),
    /** A whole visit of the payment page without a browser. @returns where the browser is sent; `url` undefined where nowhere */
    async visit(token, customer = {}) {
      const session = sessions.get(token);
      if (!session) throw new Error('there is no payment with this token');
      await visits.walk(session, customer);
      return { url: session.silent ? undefined : session.returned?.url, silent: session.silent };
    },
  };
}
