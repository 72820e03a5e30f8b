// Wix Pay. corvid-types declares createPayment and startPayment, the latter under the name its module had before, and calls a
// payment's status any text.

declare module 'wix-pay-backend' {
  export type PaymentStatus = 'Successful' | 'Pending' | 'Failed' | 'Chargeback' | 'Refunded' | 'Offline' | 'PartiallyRefunded' | 'Cancelled'
    | 'Undefined';
  /** What `wixPay_onPaymentUpdate` of backend/events.js gets. What Wix does not know about the payer is null. */
  export interface PaymentUpdate extends Omit<Events.PaymentUpdateEvent, 'status' | 'userInfo'> {
    status: PaymentStatus;
    userInfo: { [Key in keyof PaymentUserInfo]: PaymentUserInfo[Key] | null };
  }
}

declare module 'wix-pay-frontend' {
  import { PaymentStatus } from 'wix-pay-backend';
  import { PaymentOptions, PaymentResult as Result } from 'wix-pay';

  /** For the page's words only: whether it is paid, the backend's event says. */
  export interface PaymentResult extends Omit<Result, 'status'> { status: PaymentStatus }
  const wixPayFrontend: { startPayment(paymentId: string, options?: PaymentOptions): Promise<PaymentResult> };
  export default wixPayFrontend;
  export const startPayment: typeof wixPayFrontend.startPayment;
}
