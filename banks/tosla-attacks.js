// What a dishonest customer can do to a return of Tosla without knowing the password: the digest is over values that stand next to each
// other without a separator, and the message itself says which values those are.
import { parseForm, valueOf } from './form.js';
import { rewritten } from './garanti-attacks.js';

export const isSignedReturn = ({ system, body }) => system === 'tosla' && /(^|&)Hash=/.test(body);

/** What a shop would like to read. */
const SUCCESS = { MdStatus: '1', BankResponseCode: '00', BankResponseMessage: '', RequestStatus: '1' };

/** A list of our own: the values after the account's go into one field that nobody looks at, and the decision is free. */
export function withOwnList(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const rest = valueOf(fields, 'HashParameters').split(',').slice(2).map((name) => valueOf(fields, name) ?? '').join('');
  return rewritten(body, { ...SUCCESS, HashParameters: 'ClientId,ApiUser,Note', Note: rest });
}

/**
 * The bank's own list, with the same text cut elsewhere. Of a paid order `A1` this makes a message about order `A`: the order number
 * gives its last character to MdStatus, and that gives its own to the bank's code.
 */
export function withShiftedBorder(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const [orderId, mdStatus, code] = ['OrderId', 'MdStatus', 'BankResponseCode'].map((name) => valueOf(fields, name) ?? '');
  return rewritten(body, { OrderId: orderId.slice(0, -1), MdStatus: orderId.slice(-1), BankResponseCode: mdStatus + code });
}
