import { elevate } from 'wix-auth';
import wixData from 'wix-data';
import * as ecom from 'wix-ecom-backend';
import * as sdk from '@wix/ecom';
import { auth } from '@wix/essentials';
import { fetch } from 'wix-fetch';
import { ok } from 'wix-http-functions';
import paymentProvider from 'wix-payment-provider-backend';

const shape = (error) => ({ message: error.message, code: error.code, details: error.details, isError: error instanceof Error });

/** One call of wix-ecom-backend (or of the SDK's twin), elevated unless told otherwise, with what it returned or threw. */
export async function post_ecom(request) {
  const { api, args, plain = false, twin = false } = await request.body.json();
  const [name, method] = api.split('.');
  try {
    const plainFunction = (twin ? sdk : ecom)[name][method];
    const call = plain ? plainFunction : (twin ? auth.elevate : elevate)(plainFunction);
    const value = await call(...args);
    return ok({ body: { value, dated: value?._createdDate instanceof Date } });
  } catch (error) {
    return ok({ body: { error: shape(error) } });
  }
}

/** Writes down what belongs together and asks a bank about it, as a site that takes payments does. */
export async function post_ask(request) {
  const { intentId, orderId, url } = await request.body.json();
  await wixData.insert('Intents', { _id: intentId, orderId }, { suppressAuth: true });
  const form = { method: 'POST', headers: { 'content-type': 'text/xml' }, body: `<r><o>${intentId}</o><Cvv2Val>123</Cvv2Val></r>` };
  const answer = await fetch(url, form);
  return ok({ body: { text: await answer.text() } });
}

/** submitEvent with exactly what came, and what it threw. */
export async function post_event(request) {
  try {
    await paymentProvider.submitEvent(await request.body.json());
    return ok({ body: {} });
  } catch (error) {
    return ok({ body: { error: shape(error) } });
  }
}
