// wix-pay-frontend: startPayment opens Wix's payment dialog. What the promise resolves to is for display: the truth goes to
// backend/events.js.

import { PayDialog } from './wix-pay-dialog.js';

async function service(name, args) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(args) };
  const { result, error } = await (await fetch(`/_services/pay/${name}`, init)).json();
  if (error) throw new Error(error.message);
  return result;
}

/**
 * @param {string} paymentId from wix-pay-backend's createPayment
 * @param {{ showThankYouPage?: boolean, skipUserInfoPage?: boolean, termsAndConditionsLink?: string, userInfo?: object }} [options]
 * @returns {Promise<{ payment: object, status: string, transactionId: string | null, userInfo: object | null }>}
 */
export async function startPayment(paymentId, options = {}) {
  if (typeof paymentId !== 'string') throw new TypeError('startPayment expects the id of a payment');
  const about = await service('about', { paymentId });
  return new Promise((resolve) => new PayDialog(about, options, service, resolve).show());
}

export default { startPayment };
