// The step machine and the driven verbs, as TypeScript sees them.
import { createPos, PosError, paymentPage, type Order, type Redirect, type Step, type StoredOrder } from 'velopos';

declare const order: Order;
declare const stored: StoredOrder;
const pos = createPos({ gateway: 'isbank', merchant: { clientId: '1', storeKey: '2' } });

export function narrowByType(step: Step): string | boolean {
  switch (step.type) {
    case 'redirect':
      return step.redirect.kind === 'form' ? step.redirect.action + Object.keys(step.redirect.fields).join() : step.redirect.url;
    case 'send': {
      const { method, url, headers, body } = step.request;
      // @ts-expect-error a request is not a payment
      step.payment;
      return `${method} ${url} ${Object.keys(headers).join()} ${body} ${step.then}` !== '' && step.moves;
    }
    case 'done':
      // @ts-expect-error a finished payment asks for nothing more
      step.then;
      return step.payment.status;
    default: {
      const impossible: never = step;
      return impossible;
    }
  }
}

export function drive(): Step[] {
  const first: Step = pos.step.start(order);
  const second: Step = pos.step.callback(stored, 'oid=1');
  const third: Step = pos.step.callback(stored, { body: 'oid=1', headers: { 'x-iyz-signature-v3': 'a' } });
  const fourth: Step = pos.step.ask(stored, 'inquire');
  const fifth: Step = pos.step.reply(stored, 'then', { status: 200, body: new Uint8Array() });
  const sixth: Step = pos.step.reply(stored, 'then', { lost: 'timeout' });
  // @ts-expect-error an answer is received or lost, for a known reason
  pos.step.reply(stored, 'then', { lost: 'maybe' });
  // @ts-expect-error an order that was never started cannot be verified against
  pos.step.callback(order, 'oid=1');
  // @ts-expect-error a parsed body is not the message
  pos.step.callback(stored, { oid: '1' });
  // @ts-expect-error no such verb
  pos.step.ask(stored, 'pay');
  return [first, second, third, fourth, fifth, sixth];
}

export async function verbs(): Promise<void> {
  const started = await pos.start(order);
  const after: StoredOrder = started.order;
  if (started.type === 'redirect') paymentPage(started.redirect, { title: 'Ödeme', language: 'tr', nonce: 'abc' }).body satisfies string;
  else started.payment.status satisfies string;
  (await pos.finish(after, 'body')).status satisfies string;
  (await pos.inquire(after)).dedupeKey satisfies string;
  (await pos.capture(after, { id: 'a', amount: '1.00' })).status satisfies string;
  (await pos.refund(after, { id: 'a', amount: '1.00' })).status satisfies string;
  (await pos.void(after, { id: 'a' })).status satisfies string;
  // @ts-expect-error a refund names its amount: nothing is refunded "all" by accident
  await pos.refund(after, { id: 'a' });
  // @ts-expect-error and its own id
  await pos.refund(after, { amount: '1.00' });
  (await pos.history(after)).map((line) => line.kind satisfies string);
  (await pos.report({ from: '2026-11-01', to: '2026-11-21' })).map((line) => line.outcome satisfies string);
  // @ts-expect-error a report has a last day
  await pos.report({ from: '2026-11-01' });
  const found = pos.peek('oid=1');
  if (found && 'orderId' in found) found.orderId satisfies string;
  const { status, headers, body } = pos.acknowledgement;
  [status satisfies number, headers, body satisfies string] satisfies unknown[];
}

export function errors(work: () => void): string {
  try {
    work();
    return '';
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    switch (error.code) {
      case 'SIGNATURE_INVALID':
      case 'AMOUNT_MISMATCH':
        return error.field ?? '';
      case 'REFUSED':
        return `${error.bankCode ?? ''} ${error.bankMessage ?? ''}`;
      // @ts-expect-error not one of the codes
      case 'WRONG':
        return '';
      default:
        return error.message;
    }
  }
}

export const url: Redirect = { kind: 'url', url: 'https://www.paytr.com/odeme/guvenli/x' };
// @ts-expect-error the bank's HTML is never passed on
export const html: Redirect = { kind: 'html', html: '<form>' };
