// What a payment's status promises: TypeScript knows that money is proven, and that only a decline has a reason.
import type { Decline, Payment, StoredOrder } from 'velopos';

declare const payment: Payment;

export function narrowByStatus(): string {
  switch (payment.status) {
    case 'paid':
    case 'authorized':
    case 'refunded':
    case 'voided': {
      const proof: 'signature' | 'reply' = payment.proof;
      // @ts-expect-error money has no decline
      payment.decline.reason;
      return proof;
    }
    case 'declined': {
      const decline: Decline = payment.decline;
      const proof: 'signature' | 'reply' = payment.proof;
      const code: number = decline.wixReasonCode;
      return `${proof} ${code} ${decline.bankCode} ${decline.bankMessage} ${decline.message.tr} ${decline.message.en}`;
    }
    case 'pending':
    case 'unknown': {
      const proof: 'none' = payment.proof;
      return proof;
    }
    default: {
      const impossible: never = payment;
      return impossible;
    }
  }
}

export function narrowByProof(): void {
  if (payment.proof === 'none') {
    const open: 'pending' | 'unknown' = payment.status;
    open satisfies string;
  } else {
    // @ts-expect-error a proven payment is not pending
    const open: 'pending' | 'unknown' = payment.status;
    open satisfies string;
  }
}

export function facts(): void {
  const amount: string = payment.amount;
  const orderId: string = payment.orderId;
  const mode: 'production' | 'test' = payment.mode;
  const charged: string | undefined = payment.charged;
  const review: boolean | undefined = payment.review;
  const liability: 'issuer' | 'merchant' | undefined = payment.threeDS?.liability;
  const refs: string = payment.refs;
  const dedupeKey: string = payment.dedupeKey;
  [amount, orderId, mode, charged, review, liability, refs, dedupeKey] satisfies unknown[];
  // @ts-expect-error amounts are never numbers
  const wrong: number = payment.amount;
  wrong satisfies number;
}

// @ts-expect-error nobody can write a paid payment without its proof
export const forged: Payment = { status: 'paid', proof: 'none', orderId: 'x', amount: '1.00', currency: 'TRY', mode: 'test', refs: '', dedupeKey: '' };

// @ts-expect-error a stored order has refs
export const unstarted: StoredOrder = { id: 'x', amount: '1.00', currency: 'TRY', urls: { ok: 'https://a.example', fail: 'https://a.example' }, gateway: 'isbank', model: '3d_pay_hosting', mode: 'test' };
