// NestPay's XML API, POST /fim/api: provision after 3-D Secure, sale, capture, void, refund, status and history. And its bad
// days.
import { ANSWERS } from './cards.js';
import { decodeLatin5, encodeLatin5, isLatin5 } from './charset.js';
import { withFault } from './faults.js';
import { parseFormBytes } from './form.js';
import { CURRENCIES, toMinor } from './money.js';
import { compactTimestamp, timestamp } from './turkish-time.js';
import { child, childText, element, parseXml } from './xml.js';

/**
 * @param {object} bank
 * @param {ReturnType<import('./nestpay-book.js').createBook>} bank.book
 */
export function createApi({ book, account, authentications, settings, faults, times, courier, now, forcedCard }) {
  return async function api(request) {
    let root;
    try {
      root = readRequest(request);
    } catch (error) {
      return xml(failure('', 'CORE-5101', `XML okunamadi: ${error.message}`));
    }
    const store = account(childText(root, 'ClientId'));
    const oid = childText(root, 'OrderId');
    if (!store || childText(root, 'Name') !== store.apiUser || childText(root, 'Password') !== store.apiPassword) {
      return xml(failure(oid, 'CORE-2001', 'Kullanici adi, sifre veya isyeri numarasi hatali.'));
    }
    const operation = operationOf(root);
    const fault = faults.take(operation.name);
    const work = async () => damaged(await operation.run({ root, store, oid }), fault);
    return withFault(fault, work, { wait: courier.wait, hangMs: times.hangMs });
  };

  function operationOf(root) {
    const extra = child(root, 'Extra');
    if (childText(extra, 'ORDERSTATUS') === 'QUERY') return { name: 'status', run: status };
    if (childText(extra, 'ORDERHISTORY') === 'QUERY') return { name: 'history', run: history };
    const operations = { Auth: charge, PreAuth: charge, PostAuth: postAuth, Void: voidSale, Credit: credit };
    const type = childText(root, 'Type');
    if (!Object.hasOwn(operations, type)) return { name: 'unknown', run: unknownType };
    if (operations[type] !== charge) return { name: type, run: operations[type] };
    return { name: childText(root, 'PayerTxnId') ? 'provision' : 'sale', run: operations[type] };
  }

  // ---- operations

  function unknownType({ oid }) {
    return failure(oid, 'CORE-5110', 'Gecersiz islem tipi.');
  }

  async function charge({ root, store, oid }) {
    const currency = childText(root, 'Currency');
    const minor = toMinor(childText(root, 'Total'), CURRENCIES[currency]?.digits ?? 2);
    if (!oid || !CURRENCIES[currency] || !minor) return badAmount(oid);
    const number = childText(root, 'Number').replaceAll(' ', '');
    const authentication = authentications.get(number);
    const after3D = number.includes(':') || childText(root, 'PayerTxnId') !== '';
    const problem = after3D ? authenticationProblem({ root, store, oid, minor, currency, authentication }) : null;
    if (problem) return failure(oid, '3D-1020', problem);
    const pan = authentication?.session.pan ?? number;
    const outcome = authentication?.outcome ?? forcedCard(oid, number);
    if (!outcome) return failure(oid, 'CORE-2104', 'Kart numarasi gecersiz.', 'Declined', '12');
    if (authentication) authentication.used = true;
    if (outcome.slow) await courier.wait(times.slowMs);
    return answerOf(oid, book.charge({ oid, minor, currency, type: childText(root, 'Type'), pan, outcome, threeDS: authentication }));
  }

  /** md, xid, eci and cavv must be those of one authentication of this very order and amount, and it counts once. */
  function authenticationProblem({ root, store, oid, minor, currency, authentication }) {
    if (!authentication) return '3D dogrulamasi bulunamadi.';
    const { session } = authentication;
    const sameOrder = session.clientId === store.clientId && session.oid === oid && session.minor === minor
      && session.currency === currency && session.taksit === childText(root, 'Taksit') && session.type === childText(root, 'Type');
    const sameProof = childText(root, 'PayerTxnId') === authentication.xid && childText(root, 'PayerSecurityLevel') === authentication.eci
      && childText(root, 'PayerAuthenticationCode') === authentication.cavv;
    if (!sameOrder || !sameProof) return '3D dogrulama verileri bu islem ile uyusmuyor.';
    if (!['1', '2', '3', '4'].includes(authentication.mdStatus)) return '3D dogrulamasi basarisiz.';
    return authentication.used ? '3D dogrulamasi daha once kullanilmis.' : null;
  }

  function amountOf(root, oid, name = 'Total', within = root) {
    const text = childText(within, name);
    const digits = CURRENCIES[book.order(oid)?.currency]?.digits ?? 2;
    return text === '' ? null : toMinor(text, digits) ?? -1n;
  }

  function postAuth({ root, oid }) {
    const [minor, allowed] = [amountOf(root, oid), amountOf(root, oid, 'PREAMT', child(root, 'Extra'))];
    return minor === -1n ? badAmount(oid) : answerOf(oid, book.postAuth({ oid, minor, allowed }));
  }

  function voidSale({ oid }) {
    return answerOf(oid, book.voidSale({ oid }));
  }

  function credit({ root, oid }) {
    const minor = amountOf(root, oid);
    if (minor === -1n) return badAmount(oid);
    return answerOf(oid, book.credit({ oid, minor, needsSettlement: settings.refundNeedsSettlement }));
  }

  function badAmount(oid) {
    return failure(oid, 'CORE-5111', 'Tutar, para birimi veya siparis numarasi gecersiz.');
  }

  /** ORDERSTATUS: amounts are in minor units, and an unknown order gets the same template without values. */
  function status({ oid }) {
    const order = book.order(oid);
    const entry = order && (order.sale ?? order.entries.at(-1));
    const found = entry && now() - entry.at >= settings.statusLagMs;
    const dttm = (at) => (found && at ? timestamp(at) : '');
    const text = (value) => (found && value !== null && value !== undefined ? String(value) : '');
    const parts = [
      ['ORD_ID', text(order?.oid)], ['CHARGE_TYPE_CD', text(entry?.chargeType)], ['ORIG_TRANS_AMT', text(entry?.minor)],
      ['CAPTURE_AMT', text(entry?.captured)], ['TRANS_STAT', text(order && statOf(order, entry))], ['AUTH_DTTM', dttm(entry?.at)],
      ['CAPTURE_DTTM', dttm(entry?.capturedAt)], ['AUTH_CODE', text(entry?.authCode)], ['TRANS_ID', text(entry?.transId)],
    ];
    const compound = ['ORDERSTATUS', parts.map(([name, value]) => `${name}:${value}`).join(settings.statusSeparator)];
    const { mdStatus, eci, cavv, xid } = order?.threeDS ?? {};
    const flat = [
      ...parts, ['HOST_REF_NUM', text(entry?.hostRef)], ['PROC_RET_CD', text(entry?.code)], ['VOID_DTTM', dttm(entry?.voidedAt)],
      ['MDSTATUS', text(mdStatus)], ['ECI_3D', text(eci)], ['CAVV_3D', text(cavv)], ['XID_3D', text(xid)],
    ];
    const forms = { compound: [compound], flat, both: [...flat, compound] };
    return [
      ['ErrMsg', `${found ? 'Record(s)' : 'No record'} found for ${oid}`], ['ProcReturnCode', found ? '00' : '99'],
      ['Response', found ? 'Approved' : 'Declined'], ['OrderId', text(order?.oid)], ['TransId', text(entry?.transId)],
      ['Extra', [['PAN', found ? order.pan : ''], ['SETTLEID', ''], ['NUMCODE', '0'], ...forms[settings.statusForm]]],
    ];
  }

  /** After the end of the day a captured sale is settled. */
  function statOf(order, entry) {
    return order.settled && entry.chargeType === 'S' && entry.stat === 'C' ? 'S' : entry.stat;
  }

  /** ORDERHISTORY: one line of eleven parts for each transaction, the newest first. */
  function history({ oid }) {
    const entries = [...(book.order(oid)?.entries ?? [])].reverse();
    const dttm = (at) => (at ? timestamp(at) : '');
    const lines = entries.map((entry, i) => [`TRX${i + 1}`, [
      entry.chargeType, statOf(book.order(oid), entry), entry.minor, entry.captured ?? '', dttm(entry.at), dttm(entry.capturedAt),
      dttm(entry.voidedAt),
      entry.hostRef, entry.authCode, entry.code, entry.transId,
    ].join('\t')]);
    const found = lines.length > 0;
    return [
      ['ErrMsg', found ? '' : `No record found for ${oid}`], ['ProcReturnCode', found ? '00' : '05'],
      ['Response', found ? 'Approved' : 'Declined'],
      ['OrderId', oid], ['Extra', [['NUMCODE', '0'], ...lines, ['TRXCOUNT', String(lines.length)]]],
    ];
  }

  // ---- answers

  function answerOf(oid, result) {
    const approved = result.response === 'Approved';
    const extra = [['SETTLEID', approved ? '2287' : ''], ['TRXDATE', compactTimestamp(now())], ['ERRORCODE', result.error]];
    if (approved) extra.push(['CARDBRAND', 'VISA'], ['CARDISSUER', 'T. İŞ BANKASI A.Ş.'], ['KAZANILANPUAN', '000000000.00']);
    extra.push(['NUMCODE', result.code === '99' ? `99${result.error.replace(/\D/g, '').slice(-4)}` : result.code]);
    if (ANSWERS[result.code]?.message) extra.push(['HOSTMSG', result.message]);
    return [
      ['OrderId', oid], ['GroupId', oid], ['Response', result.response], ['AuthCode', result.authCode],
      ['HostRefNum', result.hostRef],
      ['ProcReturnCode', result.code], ['TransId', result.transId], ['ErrMsg', result.message], ['Extra', extra],
    ];
  }

  function failure(oid, error, message, response = 'Error', code = '99') {
    return answerOf(oid, { response, code, message, error, transId: book.newTransId(), authCode: '', hostRef: '' });
  }

  function damaged(answer, fault) {
    if (fault === 'wrong-order') return xml(answer.map(([name, value]) => [name, name === 'OrderId' ? `${value}X` : value]));
    if (fault === 'duplicate-tag') return xml([['Response', 'Approved'], ['ProcReturnCode', '00'], ...answer]);
    return xml(answer);
  }
}

/** Form field DATA, or the XML itself; in the charset that the XML declares. */
function readRequest(request) {
  const isXml = /xml/.test(request.headers['content-type'] ?? '');
  const raw = isXml ? request.body : dataField(request.body);
  const declared = /^<\?xml[^>]*encoding="([^"]*)"/.exec(raw.toString('latin1'))?.[1];
  const root = parseXml((isLatin5(declared) ? decodeLatin5(raw) : raw.toString('utf8')).trim());
  if (root.name !== 'CC5Request') throw new Error('CC5Request bekleniyor');
  for (const { children } of [root, ...root.children]) {
    if (new Set(children.map(({ name }) => name)).size !== children.length) throw new Error('ayni alan iki kez gonderildi');
  }
  return root;
}

function dataField(body) {
  return parseFormBytes(body).find(([name]) => name.equals(Buffer.from('DATA')))?.[1] ?? Buffer.alloc(0);
}

function xml(children) {
  const text = `<?xml version="1.0" encoding="ISO-8859-9"?>\n${element('CC5Response', children)}\n`;
  return { status: 200, headers: { 'content-type': 'application/xml; charset=ISO-8859-9' }, body: encodeLatin5(text) };
}
