// The MPI: Enrollment, the page of the card's bank (ACS) with its one-time password, and the return to the shop, which nobody signs.
import { createHmac } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { brandOf, cardByNumber } from './cards.js';
import { sameDigest } from './digest.js';
import { duplicateName, encodeForm, FormError, parseForm } from './form.js';
import { CURRENCIES, toMinor } from './money.js';
import { errorPage, languageOf, methodOnly, page, returnForm, silentPage, speaker, SUBMIT_SCRIPT } from './page.js';
import { MPI, Refusal } from './payflex-codes.js';
import { mpiReturnHash } from './payflex-hash.js';
import { isAmount, isId, newId, xml } from './payflex-wire.js';
import { createVisits } from './visits.js';

/** How 3-D Secure ended: [Status, MdStatus, ECI of Visa, is there a CAVV]. A card that is not enrolled never comes this far. */
const AUTHENTICATION = {
  0: ['N', '0', '', false], 1: ['Y', '1', '05', true], 4: ['A', '4', '06', true], 5: ['U', '5', '07', false],
};
const MASTERCARD_ECI = { '05': '02', '06': '01', '07': '00' };
const BRANDS = { VISA: '100', MASTERCARD: '200', TROY: '300' };
const BRAND_NAMES = new Set(['100', '200', '300', '400']);

/** @param {object} bank parts that payflex.js shares out */
export function createMpi({ stores, settings, times, courier, now, random, respond, faults, mount, forcedCard }) {
  const acsKey = random(32);   // of the card's bank: it signs what it answers the MPI
  /** @type {Map<string, any>} sessions by the shop's own number for them */
  const sessions = new Map();
  const keyOf = (store, requestId) => `${store.merchantId} ${requestId}`;

  const visits = createVisits({
    system: 'payflex', base: `${mount}/acs`, now, random, times, settings: { charset: 'UTF-8', repeatCallback: 0 }, courier,
    finish: answerMpi, turnBack: (session) => answerMpi(session, false),
  });

  // ---- Enrollment

  async function enroll(request) {
    if (request.method !== 'POST') return methodOnly('POST');
    return respond('enrollment', (kind) => {
      const fields = readFields(request.body);
      const get = Object.fromEntries(fields);
      try {
        return enrolled(openSession(fields, get, request.origin), kind);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return failed(get.VerifyEnrollmentRequestId ?? '', error.code);
      }
    });
  }

  /** Form fields. An XML document, which the other interfaces want, has none of them. */
  function readFields(body) {
    try {
      return parseForm(body);
    } catch (error) {
      if (error instanceof FormError) return [];
      throw error;
    }
  }

  function openSession(fields, get, origin) {
    // Whoever posts XML here is told, before anything else is looked at, that the expiry date is wrong.
    if (get.MerchantId === undefined) throw new Refusal(2030);
    if (duplicateName(fields)) throw new Refusal(2049);
    const store = stores.find(({ merchantId }) => merchantId === get.MerchantId);
    if (!store) throw new Refusal(2005);
    if (!sameDigest(get.MerchantPassword, store.mpiPassword ?? store.password)) throw new Refusal(2018);
    if (settings.ipRefusal) throw new Refusal(settings.ipRefusal);
    const requestId = get.VerifyEnrollmentRequestId;
    if (!requestId) throw new Refusal(2022);
    if (!isId(requestId)) throw new Refusal(2049);
    if (sessions.has(keyOf(store, requestId))) throw new Refusal(2023);
    checkPurchase(get);
    const session = newSession(get, store, requestId, origin);
    sessions.set(keyOf(store, requestId), session);
    return session;
  }

  function checkPurchase(get) {
    if (!get.Pan) throw new Refusal(2011);
    if (!cardByNumber(get.Pan)) throw new Refusal(2029);
    if (!/^\d{2}(0[1-9]|1[0-2])$/.test(get.ExpiryDate ?? '')) throw new Refusal(1009);
    if (!isAmount(get.PurchaseAmount)) throw new Refusal(1008);
    if (toMinor(get.PurchaseAmount) === 0n) throw new Refusal(2034);
    if (CURRENCIES[get.Currency]?.digits !== 2) throw new Refusal(2021);
    if (get.BrandName && !BRAND_NAMES.has(get.BrandName)) throw new Refusal(1003);
    if (get.InstallmentCount && !/^([2-9]|[1-3]\d)$/.test(get.InstallmentCount)) throw new Refusal(2040);
    if (get.MerchantType !== undefined && !/^[12]$/.test(get.MerchantType)) throw new Refusal(2049);
    if (get.IsRecurring && get.IsRecurring !== 'false') throw new Refusal(2035);
    if (!/^[\x20-\x7e]{0,255}$/.test(get.SessionInfo ?? '')) throw new Refusal(1005);
    if (!URL.canParse(get.SuccessUrl ?? '')) throw new Refusal(1002);
    if (!URL.canParse(get.FailureUrl ?? '')) throw new Refusal(1001);
    if (!courier.mayReach(get.SuccessUrl)) throw new Refusal(3007);
    if (!courier.mayReach(get.FailureUrl)) throw new Refusal(3002);
  }

  function newSession(get, store, requestId, origin) {
    const session = visits.begin({
      state: 'password', orderId: get.SessionInfo || requestId, minor: toMinor(get.PurchaseAmount), currency: get.Currency,
      installments: get.InstallmentCount ?? '', shop: store.merchantName ?? store.merchantId, lang: languageOf(get.Language),
      store, requestId, get, pan: get.Pan, outcome: forcedCard([requestId, get.SessionInfo], get.Pan), acsUrl: `${origin}${mount}/acs`,
      termUrl: `${origin}${mount}/threeDGateway/PARes`, flowUrl: `${origin}${mount}/threeDGateway/startThreeDFlow`,
      goUrl: `${origin}${mount}/goguvenliode/approve`, goreq: newId(random), xid: newId(random).slice(0, 20), go: settings.go,
      arrived: false, authentication: null, used: false, answered: null,
    });
    const message = `<ThreeDSecure><Message id="${session.id}"><PAReq><xid>${session.xid}</xid></PAReq></Message></ThreeDSecure>`;
    return Object.assign(session, { md: session.id, paReq: deflateSync(message).toString('base64') });
  }

  function enrolled(session, kind) {
    const status = /^veres-([NUE])$/.exec(kind ?? '')?.[1] ?? (session.outcome.mdStatus === '2' ? 'N' : 'Y');
    if (status === 'E') return failed(session.requestId, '2053');
    session.veres = status;
    const paReq = session.go === 'off' ? session.paReq : goPage(session).toString(session.go);
    const acsUrl = session.go === 'off' ? session.acsUrl : session.flowUrl;
    const threeD = status === 'Y' ? [['PaReq', paReq], ['ACSUrl', acsUrl], ['TermUrl', session.termUrl], ['MD', session.md]] : [];
    return xml('IPaySecure', [
      ['Message', [['VERes', [
        ['Version', '1.0.2'], ['Status', status], ...threeD, ['ACTUALBRAND', BRANDS[brandOf(session.pan)]],
      ]]], { ID: session.md }],
      ['VerifyEnrollmentRequestId', session.requestId], ['MessageErrorCode', '200'],
    ]);
  }

  /** Two shapes of a refusal are published; which of them a bank uses is not settled. */
  function failed(requestId, code) {
    const veres = ['Message', [['VERes', [['Version', '1.0.2'], ['Status', 'E']]]], { ID: newId(random) }];
    if (settings.enrollmentErrors === 'detail') {
      return xml('IPaySecure', [veres, ['ResultDetail', [['ErrorCode', code], ['ErrorMessage', MPI[code]]]]]);
    }
    return xml('IPaySecure', [
      veres, ['VerifyEnrollmentRequestId', requestId], ['MessageErrorCode', code], ['ErrorMessage', MPI[code]],
    ]);
  }

  /** BKM's "GO Güvenli Öde": the PaReq is a page that posts itself, to an address of its own. */
  const goPage = ({ goUrl, goreq }) => Buffer.from('<html><head><title>GO</title></head><body>'
    + `<form id='initThreeDFlow' action='${goUrl}' method='post'><input type='hidden' name='goreq' value='${goreq}'/></form>`
    + '<script>document.getElementById(\'initThreeDFlow\').submit();</script></body></html>');

  // ---- the page of the card's bank

  /** POST of PaReq, TermUrl and MD, as Enrollment gave them. */
  function acs(request) {
    const form = Object.fromEntries(readFields(request.body));
    const session = byMd(form.MD);
    const fits = session?.go === 'off' && form.PaReq === session.paReq && form.TermUrl === session.termUrl;
    return fits ? arrive(session) : badRequest();
  }

  /** The bank's own way to the GO page. It wants Base64URL, even where Enrollment wrote plain Base64. */
  function startFlow(request) {
    const form = Object.fromEntries(readFields(request.body));
    const session = byMd(form.MD);
    const fits = session && session.go !== 'off' && form.PaReq === goPage(session).toString('base64url');
    return fits ? selfPosting(session, session.goUrl, [['goreq', session.goreq]]) : badRequest();
  }

  function approve(request) {
    const { goreq } = Object.fromEntries(readFields(request.body));
    const session = [...sessions.values()].find((each) => each.goreq === goreq && each.go !== 'off' && each.veres === 'Y');
    return session ? arrive(session) : badRequest();
  }

  function arrive(session) {
    session.arrived = true;
    return visits.goOn(session);
  }

  const byMd = (md) => [...sessions.values()].find((session) => session.md === md && session.veres === 'Y');
  const badRequest = () => errorPage('payflex', 400, 'Hatalı İstek', 'Bu istek okunamadı.', 'This request is not understood.');

  /** The end of the password page: the card's bank has made up its mind, and its answer goes to the MPI. */
  async function answerMpi(session, authenticated) {
    const [status, mdStatus, visaEci, hasCavv] = AUTHENTICATION[authenticated ? session.outcome.mdStatus : '0'];
    const eci = brandOf(session.pan) === 'MASTERCARD' ? MASTERCARD_ECI[visaEci] ?? '' : visaEci;
    session.state = 'done';
    session.authentication = { status, mdStatus, eci, cavv: hasCavv ? random(20).toString('base64') : '', at: now() };
    session.paRes = sealed(session);
    session.returned = { url: session.termUrl, fields: [['PaRes', session.paRes], ['MD', session.md]], charset: 'UTF-8' };
  }

  function sealed({ xid, authentication }) {
    const message = `<PARes><xid>${xid}</xid><status>${authentication.status}</status></PARes>`;
    const signature = createHmac('sha256', acsKey).update(message).digest('base64');
    return deflateSync(`${message}<Signature>${signature}</Signature>`).toString('base64');
  }

  function isGenuine(paRes, { xid }) {
    try {
      const opened = inflateSync(Buffer.from(paRes, 'base64')).toString('utf8');
      const [, message, signature] = /^(<PARes>.*<\/PARes>)<Signature>(.*)<\/Signature>$/.exec(opened);
      const expected = createHmac('sha256', acsKey).update(message).digest('base64');
      return message.includes(`<xid>${xid}</xid>`) && sameDigest(signature, expected);
    } catch {
      return false;
    }
  }

  // ---- back to the shop

  /** POST of PaRes and MD: what the card's bank says reaches the MPI through the browser, signed; the shop gets it unsigned. */
  async function paRes(request) {
    const form = Object.fromEntries(readFields(request.body));
    const session = byMd(form.MD);
    if (!session?.authentication || !isGenuine(form.PaRes ?? '', session)) return badRequest();
    tellShop(session);
    if (session.silent) return silentPage('payflex', session.lang);
    return selfPosting(session, session.answered.url, session.answered.fields);
  }

  /** Once: walking the way again leads to the same answer. */
  function tellShop(session) {
    if (session.answered) return;
    const kind = faults.take('callback');
    if (kind === 'status-E') Object.assign(session.authentication, { status: 'E', mdStatus: '0', error: '1105' });
    const { status } = session.authentication;
    session.silent = session.outcome.silent && ['Y', 'A'].includes(status);
    const url = ['Y', 'A'].includes(status) ? session.get.SuccessUrl : session.get.FailureUrl;
    session.answered = { url, fields: returnFields(session) };
    if (session.silent) return;
    const message = {
      system: 'payflex', kind: 'callback', via: 'browser', orderId: session.orderId, url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: encodeForm(session.answered.fields),
    };
    session.message = courier.record(message);
    for (let i = 1; i <= settings.repeatReturn; i += 1) {
      courier.later(() => courier.send(courier.record({ ...message, via: 'server' })), i * times.repeatMs);
    }
  }

  /** The card's full number travels back through the browser, as at the real bank: a shop must not log what it gets here. */
  function returnFields({ get, requestId, minor, xid, authentication }) {
    const { status, mdStatus, eci, cavv, error = '' } = authentication;
    const fields = {
      MerchantId: get.MerchantId, Pan: get.Pan, Expiry: get.ExpiryDate, PurchAmount: String(minor), PurchCurrency: get.Currency,
      VerifyEnrollmentRequestId: requestId, Xid: xid, SessionInfo: get.SessionInfo ?? '', Status: status, Cavv: cavv, Eci: eci,
      ExpSign: '', InstallmentCount: get.InstallmentCount ?? '', SubMerchantNo: '', SubMerchantName: '', SubMerchantNumber: '',
      ErrorCode: error, ErrorMessage: MPI[error] ?? '',
    };
    if (!settings.returnHash) return Object.entries(fields);
    const store = stores.find(({ merchantId }) => merchantId === get.MerchantId);
    const known = { ...fields, MdStatus: mdStatus };
    return Object.entries({ ...known, Hash: mpiReturnHash(known, store.mpiPassword ?? store.password) });
  }

  /** A page whose only purpose is to take these fields somewhere else. */
  function selfPosting(session, url, fields) {
    const say = speaker(session.lang);
    const text = session.answered ? say('Sonuç mağazaya gönderiliyor.', 'The result is being sent to the shop.')
      : say('Banka doğrulaması sürüyor.', 'The bank goes on with the verification.');
    return page({
      brand: 'payflex', language: session.lang, title: say('Yönlendiriliyorsunuz', 'You are being taken on'), script: SUBMIT_SCRIPT,
      formTargets: [new URL(url).origin], content: returnForm({ say, action: url, fields, text }),
    });
  }

  function acsPages(request, id, step) {
    const session = byMd(id);
    if (!session?.arrived) return badRequest();
    const ended = session.state === 'done' && request.method === 'GET' && step === 'done';
    return ended ? selfPosting(session, session.termUrl, session.returned.fields) : visits.handle(request, id, step);
  }

  return {
    enroll, acs, acsPages, startFlow, approve, paRes,
    session: (merchantId, requestId) => sessions.get(keyOf({ merchantId }, requestId)),
    /** What the provision has to prove: an ended authentication that is not too old. */
    authenticated(store, requestId) {
      const session = sessions.get(keyOf(store, requestId));
      return session?.authentication && now() - session.authentication.at <= times.mpiMs ? session : undefined;
    },
    /** The customer at the card's bank, without a browser. @returns what comes back to the shop */
    async visit(requestId, customer = {}) {
      const session = [...sessions.values()].findLast((each) => each.requestId === requestId);
      if (session?.veres !== 'Y') throw new Error('there is no enrolled card under this number');
      await visits.walk(session, customer);
      if (!session.authentication) return { url: undefined, fields: undefined, body: null, silent: false };
      tellShop(session);
      const { url, fields } = session.answered;
      return { url, fields, body: session.message?.body ?? null, silent: session.silent };
    },
  };
}
