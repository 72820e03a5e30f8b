// The addresses of this site that browsers and gateways come to. Nothing is decided here: see velopos/flow.js.
//
//   /_functions/pay/<id>                  the shop's page sends the browser here, and this sends it to the bank; where the card passes
//                                         through our server, it asks for it first
//   /_functions/departure/<id>            the same as data, for the page of a site on a free plan
//   /_functions/payment3DSuccess/<id>     the browser comes back from the bank; which of the two it is decides nothing
//   /_functions/payment3DFail/<id>
//   /_functions/bankNotification/<id>     the bank's own server reports (NestPay's callbackUrl)
//   /_functions/paytrNotification         enter this address in PayTR's panel
//   /_functions/iyzicoWebhook             enter this address in iyzico's panel

import { response } from 'wix-http-functions';
import { payData, payPage, takeCard } from 'backend/velopos/departure.js';
import { bankNotification, bankReturn, customerReturn, gatewayNotification } from 'backend/velopos/flow.js';
import { siteOf } from 'backend/velopos/site.js';

/** @typedef {import('wix-http-functions').WixHttpFunctionRequest} Request */

/** @param {Request} request */
export async function get_pay(request) {
  return response(await payPage(request.path[0], siteOf(request), request.ip));
}

/** @param {Request} request */
export async function get_departure(request) {
  return response(await payData(request.path[0], siteOf(request), request.ip));
}

/** @param {Request} request */
export async function post_pay(request) {
  return response(await takeCard(request.path[0], await request.body.text(), siteOf(request), request.ip));
}

/** @param {Request} request */
export async function post_payment3DSuccess(request) {
  return response(await bankReturn(request.path[0], await request.body.text(), siteOf(request)));
}

/** @param {Request} request */
export async function post_payment3DFail(request) {
  return response(await bankReturn(request.path[0], await request.body.text(), siteOf(request)));
}

/** @param {Request} request */
export async function get_payment3DSuccess(request) {
  return response(await returnByAddress(request));
}

/** @param {Request} request */
export async function get_payment3DFail(request) {
  return response(await returnByAddress(request));
}

/** @param {Request} request */
export async function post_bankNotification(request) {
  return response(await bankNotification(request.path[0], await messageOf(request), siteOf(request)));
}

/** @param {Request} request */
export async function post_paytrNotification(request) {
  return response(await gatewayNotification('paytr', await messageOf(request), siteOf(request)));
}

/** @param {Request} request */
export async function post_iyzicoWebhook(request) {
  return response(await gatewayNotification('iyzico', await messageOf(request), siteOf(request)));
}

/** Some banks put their message into the address instead of a form. @param {Request} request */
async function returnByAddress(request) {
  const message = request.url.split('?')[1] ?? '';
  if (message === '') return customerReturn(request.path[0], siteOf(request));
  return bankReturn(request.path[0], message, siteOf(request));
}

/** The body exactly as it came, and the headers that may sign it. @param {Request} request */
async function messageOf(request) {
  return { body: await request.body.text(), headers: request.headers };
}
