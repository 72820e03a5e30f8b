// The one rule: no message is believed unless the bank meant exactly that payment. What the bank meant stands in the simulated bank's
// own book, which knows nothing of the package and nothing of the attacker.

/**
 * @typedef {object} Said what a bank's book says of one order
 * @property {string} [money] 'paid', 'authorized', 'refunded', 'voided', or nothing
 * @property {bigint} minor what the payment was begun with
 * @property {bigint} captured what left the card
 * @property {bigint} refunded
 * @property {string} currency
 * @property {string} mdStatus
 * @property {boolean} declined the bank has said no to exactly this order, and holds no money for it
 *
 * @typedef {object} Target a stored order at which messages are thrown
 * @property {any} pos
 * @property {any} order as it is stored
 * @property {{ gateway: string, mode: string, account: string, namesNoCurrency?: boolean }} shop  `namesNoCurrency`: the bank's books do not,
 *   so a person has to look
 * @property {() => Said} said
 */

const DIGITS = { JPY: 0 };

/** '149.90' as 14990n. */
export function minorOf(amount, currency) {
  const text = typeof amount === 'object' ? amount.minor : String(amount);
  if (typeof amount === 'object') return BigInt(text);
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(DIGITS[currency] ?? 2, '0'));
}

/**
 * @param {Target} target
 * @param {any} payment
 * @param {boolean} moved our own server asked for money on the way, so a refusal of the bank was an answer to that
 * @returns {string | null} what is believed and not so
 */
export function judged(target, payment, moved) {
  const { order, shop } = target;
  const { status, proof } = payment;
  if (!['paid', 'authorized', 'declined', 'refunded', 'voided'].includes(status)) {
    if (proof !== 'none') return `${status} with a proof of ${proof}`;
    return status === 'pending' || status === 'unknown' ? null : `a status that does not exist: ${status}`;
  }
  if (payment.orderId !== order.id) return `it is told of order ${payment.orderId}`;
  if (payment.mode !== shop.mode) return `it is told of mode ${payment.mode}`;
  if (payment.currency !== order.currency) return `it is told of ${payment.currency}`;
  if (proof !== 'signature' && proof !== 'reply') return `${status} without proof`;
  const key = [shop.gateway, shop.account, shop.mode, order.id, status].join(':');
  if (payment.dedupeKey !== key) return `a dedupeKey of its own: ${payment.dedupeKey}`;
  const said = target.said();
  if (status === 'declined') {
    if (said.money) return `declined, and the bank holds the money (${said.money})`;
    return said.declined || (moved && proof === 'reply') ? null : 'declined, and the bank never said so';
  }
  return untrueMoney({ order, shop, payment, said, moved });
}

function untrueMoney({ order, shop, payment, said, moved }) {
  const { status } = payment;
  if (!said.money) return `${status}, and the bank knows of no money`;
  // Once it was given back, it was paid before: an older message still tells the truth of its time.
  const truths = { refunded: ['refunded', 'paid'], voided: ['voided', 'paid', 'authorized'], paid: ['paid'], authorized: ['authorized'] };
  if (!truths[said.money].includes(status)) return `${status}, and the bank says ${said.money}`;
  const isTold = shop.namesNoCurrency && payment.review && payment.proof === 'reply';
  if (said.currency !== order.currency && !isTold) return `${status} in ${order.currency}, and the bank took ${said.currency}`;
  const ordered = minorOf(order.amount, order.currency);
  if (said.minor !== ordered) return `${status} for ${ordered}, and the bank was asked for ${said.minor}`;
  const taken = payment.charged === undefined ? ordered : minorOf(payment.charged, order.currency);
  if (status === 'paid' && said.captured !== taken) return `paid ${taken}, and the bank took ${said.captured}`;
  if (status === 'refunded' && said.captured !== said.refunded) return `refunded, and ${said.captured - said.refunded} is left`;
  const byUs = moved || payment.proof === 'signature';
  if (byUs && !payment.review && ['paid', 'authorized'].includes(status) && !accepted(shop, said.mdStatus)) {
    return `${status}, 3-D Secure ended with ${said.mdStatus || 'nothing'}, and nobody is told`;
  }
  if (payment.threeDS?.liability === 'issuer' && said.mdStatus !== '1') {
    return `the card's bank is said to be liable, and 3-D Secure ended with ${said.mdStatus || 'nothing'}`;
  }
  return null;
}

/** Which results of 3-D Secure the shop wants. */
const accepted = ({ config }, mdStatus) => (config?.threeDS === 'attempted' ? ['1', '2', '3', '4'] : ['1']).includes(mdStatus);

/** A request of our own server that moves money must ask for exactly the stored order. */
export function judgedRequest(target, { id, minor, currency }) {
  const { order } = target;
  if (id !== undefined && id !== order.id) return `money was asked for under order ${id}`;
  if (minor !== undefined && minor !== minorOf(order.amount, order.currency)) return `${minor} was asked for`;
  return currency !== undefined && currency !== order.currency ? `money was asked for in ${currency}` : null;
}

/** Where a browser is sent must be an absolute https address without user information. */
export function judgedRedirect({ kind, action, url }) {
  const address = kind === 'form' ? action : url;
  const parsed = URL.canParse(address) ? new URL(address) : null;
  const sound = parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === '' && /^https:\/\/[^\s\\"'<>]+$/i.test(address)
    && !address.includes('@');
  return sound ? null : `the browser is sent to ${address}`;
}

/** What must stand in no result and in no error: secrets, and the digest that the message should have had. */
export function leaks(shown, secrets) {
  const found = secrets.find((secret) => secret !== '' && shown.includes(secret));
  return found === undefined ? null : `it tells a secret: ${found.slice(0, 12)}…`;
}
