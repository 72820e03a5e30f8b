// What a dishonest customer can do to a return of Akbank without knowing the key: the digest is over values that stand next to each
// other without a separator, and the message itself says which values those are.
import { parseForm, valueOf } from './form.js';
import { rewritten } from './garanti-attacks.js';

/** Every return is signed. */
export const isSignedReturn = ({ system, body }) => system === 'akbank' && /(^|&)hash=/.test(body);

/** What a shop would like to read. */
const SUCCESS = {
  txnCode: '1000', responseCode: 'VPS-0000', responseMessage: 'BAŞARILI', hostResponseCode: '00', authCode: '123456', mdStatus: '1',
};

/** A list of one field of our own that holds the whole signed text: all others are free. */
export function withOwnList(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const text = valueOf(fields, 'hashParams').split('+').map((name) => valueOf(fields, name) ?? '').join('');
  return rewritten(body, { ...SUCCESS, hashParams: 'note', note: text });
}

/** The bank's own list, but the first character of the order number goes to the listed field before it. */
export function withShiftedBorder(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const list = valueOf(fields, 'hashParams').split('+');
  const before = list[list.indexOf('orderId') - 1];
  const orderId = valueOf(fields, 'orderId');
  return rewritten(body, { [before]: valueOf(fields, before) + orderId.slice(0, 1), orderId: orderId.slice(1) });
}
