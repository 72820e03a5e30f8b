// What a dishonest customer can do to a return of InterPos without knowing the password: the digest is over values that stand next
// to each other without a separator, and the message itself says which values those are.
import { parseForm, valueOf } from './form.js';
import { rewritten } from './garanti-attacks.js';
import { callbackHash, SIGNED_FIELDS } from './interpos-hash.js';

/** Only signed returns can be turned into something that still verifies. */
export const isSignedReturn = ({ system, body }) => system === 'interpos' && /(^|&)HASH=[^&]/.test(body);

const APPROVED = {
  mdStatus: '1', '3DStatus': '1', ProcReturnCode: '00', Response: 'Approved', TxnResult: 'Success', AuthCode: '123456', ErrorCode: '',
  ErrorMessage: '',
};

/** Whether the bank forgot its secret: then anybody can sign. */
export function isSignedWithoutPassword(message) {
  if (!isSignedReturn(message)) return false;
  const fields = Object.fromEntries(parseForm(Buffer.from(message.body, 'latin1')));
  return fields.HASH === callbackHash(fields, '').HASH;
}

/** Approved, and signed by ourselves. */
export function withOwnDigest(body) {
  const fields = Object.fromEntries(parseForm(Buffer.from(body, 'latin1')));
  return rewritten(body, { ...APPROVED, ...callbackHash({ ...fields, ...APPROVED }, '') });
}

/** A list of our own: the signed text moves into a field that nobody looks at, and the decision fields are free. */
export function withOwnList(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const text = SIGNED_FIELDS.split(':').map((name) => valueOf(fields, name) ?? '').join('');
  return rewritten(body, { ...APPROVED, HASHPARAMS: 'Description:', HASHPARAMSVAL: text, Description: text });
}

/** The bank's own list, but the last character of the order number goes to the field behind it. */
export function withShiftedBorder(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const [orderId, code] = ['OrderId', 'ProcReturnCode'].map((name) => valueOf(fields, name) ?? '');
  return rewritten(body, { OrderId: orderId.slice(0, -1), ProcReturnCode: orderId.slice(-1) + code });
}
