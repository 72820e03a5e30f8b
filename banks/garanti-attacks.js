// What a dishonest customer can do to a return of Garanti without knowing the key: the bank's digest is over values that stand
// next to each other without a separator, and the message itself says which values those are.
import { encodeForm, parseForm, valueOf } from './form.js';
import { SIGNED_FIELDS } from './garanti-hash.js';

/** Only signed returns can be turned into something that still verifies. */
export const isSignedReturn = ({ system, body }) => system === 'garanti' && /(^|&)hash=/.test(body);

const names = SIGNED_FIELDS.split(':').filter(Boolean);

/** The form with other values under these names, and everything else as it was. */
export function rewritten(body, changes) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const kept = fields.map(([name, value]) => [name, changes[name] ?? value]);
  const added = Object.entries(changes).filter(([name]) => valueOf(fields, name) === undefined);
  return encodeForm([...kept, ...added]);
}

/** A list of our own: the signed text moves into a field that nobody looks at, and the decision fields are free. */
export function withOwnList(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const text = names.map((name) => valueOf(fields, name) ?? '').join('');
  return rewritten(body, {
    hashparams: 'note:', hashparamsval: text, note: text,
    mdstatus: '1', procreturncode: '00', response: 'Approved', authcode: '123456',
  });
}

/** The bank's own list, but the last character of the order number goes to the field behind it. */
export function withShiftedBorder(body) {
  const fields = parseForm(Buffer.from(body, 'latin1'));
  const [oid, authcode] = ['oid', 'authcode'].map((name) => valueOf(fields, name) ?? '');
  return rewritten(body, { oid: oid.slice(0, -1), authcode: oid.slice(-1) + authcode });
}
