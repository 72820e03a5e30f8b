// What a dishonest customer can do to a return of PosNet V1 without knowing the key: the bank's older digest is over values that
// stand next to each other without a separator, and the message itself says which values those are.
import { encodeForm, parseForm, valueOf } from './form.js';
import { LISTS } from './posnetv1-hash.js';

const names = LISTS.callback.split(':');
const fieldsOf = (body) => parseForm(Buffer.from(body, 'latin1'));
const signedText = (fields) => names.map((name) => valueOf(fields, name) ?? '').join('');

/** Only a return with the older digest alone can be turned into something that still verifies. */
export const isSignedReturn = ({ system, body }) => system === 'posnetv1' && /(^|&)Mac=[^&]/.test(body);

function rewritten(fields, changes) {
  const kept = fields.filter(([name]) => name !== 'MacNew').map(([name, value]) => [name, changes[name] ?? value]);
  const added = Object.entries(changes).filter(([name]) => valueOf(fields, name) === undefined);
  return encodeForm([...kept, ...added]);
}

/** A list of our own: the signed text moves into a field that nobody looks at, and everything else is free. */
export function withOwnList(body) {
  const fields = fieldsOf(body);
  return rewritten(fields, {
    MacParams: 'zz', zz: signedText(fields), MdStatus: '1', ECI: '05', CAVV: 'AAIBAACZZAAAAABllJFzdQAAAAA=', MdErrorMessage: '',
  });
}

/** The bank's own list, but the 1 that a shop wants to see in MdStatus is one out of MD, and the neighbours take the rest. */
export function withShiftedBorder(body) {
  const fields = fieldsOf(body);
  const [id, eci] = ['SecureTransactionId', 'ECI'].map((name) => valueOf(fields, name) ?? '');
  const between = signedText(fields).slice(eci.length, -id.length);
  const at = between.indexOf('1');
  return rewritten(fields, { CAVV: between.slice(0, at), MdStatus: '1', MdErrorMessage: '', MD: between.slice(at + 1) });
}
