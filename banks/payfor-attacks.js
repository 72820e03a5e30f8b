// What a dishonest customer can do to a return of PayFor without knowing the password: the digest is over values that stand next to
// each other without a separator, the bank's decision among them.
import { parseForm, valueOf } from './form.js';
import { rewritten } from './garanti-attacks.js';

/** Only signed returns can be turned into something that still verifies. */
export const isSignedReturn = ({ system, body }) => system === 'payfor' && /(^|&)ResponseHash=[^&]/.test(body);

/**
 * Where the bank's nonce happens to contain 001, a refused payment becomes an approved one: what stands before goes to AuthCode, 00 to
 * ProcReturnCode, 1 to 3DStatus. The nonce is the bank's clock, so whoever is patient gets such a one. Otherwise the last character
 * of the order number moves to the field behind it.
 */
export function withShiftedBorder(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const value = (name) => valueOf(fields, name) ?? '';
  const decision = value('AuthCode') + value('ProcReturnCode') + value('3DStatus') + value('ResponseRnd');
  const at = decision.indexOf('001');
  if (at < 0) {
    const orderId = value('OrderId');
    return rewritten(body, { OrderId: orderId.slice(0, -1), AuthCode: orderId.slice(-1) + value('AuthCode') });
  }
  return rewritten(body, {
    AuthCode: decision.slice(0, at), ProcReturnCode: '00', '3DStatus': '1', ResponseRnd: decision.slice(at + 3), TxnResult: 'Success',
  });
}
