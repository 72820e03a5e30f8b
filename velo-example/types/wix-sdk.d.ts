// Modules of Velo that a package of Wix's SDK has too: the SDK's own declarations, under Velo's names.

/** What the SDK exports takes a connection first, unless the surroundings have one. Velo's have. */
type VeloCall<F> = F extends (connection: import('@wix/sdk-types').HttpClient) => infer Call ? Call : never;

declare module 'wix-secrets-backend.v2' {
  import { GetSecretValueResponse } from '@wix/auto_sdk_secrets_secrets';
  /** Needs the site's rights: see `elevate` of wix-auth. */
  export const secrets: { getSecretValue(name: string): Promise<Required<GetSecretValueResponse>> };
}

declare module 'wix-ecom-backend' {
  import * as order from '@wix/auto_sdk_ecom_orders';
  import * as transaction from '@wix/auto_sdk_ecom_order-transactions';

  export type Order = order.Order;
  export type OrderPaymentStatus = order.PaymentStatusEnumPaymentStatusWithLiterals;
  export type OrderStatus = order.OrderStatusWithLiterals;
  export type Payment = transaction.Payment;
  export type PaymentStatus = transaction.PaymentStatusWithLiterals;
  export type OrderTransactions = transaction.OrderTransactions;

  /** Wix refuses every other field. An order is paid when its payments say so: see `orderTransactions`. */
  type OrderUpdate = Pick<order.UpdateOrder, 'archived' | 'attributionSource' | 'billingInfo' | 'buyerInfo' | 'buyerLanguage'
    | 'recipientInfo' | 'seenByAHuman' | 'shippingInfo' | 'weightUnit'>;

  export const orders: {
    getOrder: VeloCall<typeof order.getOrder>;
    updateOrder(id: string, order: OrderUpdate): ReturnType<VeloCall<typeof order.updateOrder>>;
    cancelOrder: VeloCall<typeof order.cancelOrder>;
    searchOrders: VeloCall<typeof order.searchOrders>;
  };

  /** These parts of the answers are always there: the SDK says so where it declares that, at a price in minutes that `tsc` would pay. */
  type Transactions = { orderTransactions: Required<transaction.OrderTransactions> };

  export const orderTransactions: {
    listTransactionsForSingleOrder(orderId: string): Promise<Transactions>;
    listTransactionsForMultipleOrders: VeloCall<typeof transaction.listTransactionsForMultipleOrders>;
    addPayments(...given: Parameters<VeloCall<typeof transaction.addPayments>>): Promise<Transactions & { paymentsIds: string[] }>;
    updatePaymentStatus(...given: Parameters<VeloCall<typeof transaction.updatePaymentStatus>>): Promise<Transactions>;
    bulkUpdatePaymentStatuses: VeloCall<typeof transaction.bulkUpdatePaymentStatuses>;
  };
}

declare module 'wix-payment-provider-backend' {
  import { RefundEvent, TransactionEvent } from '@wix/auto_sdk_payments_psp-callbacks';
  type Known<Event, Needed extends keyof Event> = { [Key in Needed]-?: NonNullable<Event[Key]> }
    & { [Key in Extract<keyof Event, 'wixRefundId' | 'reasonCode' | 'errorCode' | 'errorMessage'>]?: Event[Key] };

  /** Without a `reasonCode` it is paid. */
  export type TransactionDetails = Known<TransactionEvent, 'wixTransactionId' | 'pluginTransactionId'>;
  /** Without a `reasonCode` it went back. `amount` is in the currency's smallest unit, `wixRefundId` that of a refund Wix asked for. */
  export type RefundDetails = Known<RefundEvent, 'wixTransactionId' | 'pluginRefundId' | 'amount'>;
  export type Event = { transaction: TransactionDetails; refund?: never } | { refund: RefundDetails; transaction?: never };

  const wixPaymentProviderBackend: { submitEvent(request: { event: Event }): Promise<void> };
  export default wixPaymentProviderBackend;
}
