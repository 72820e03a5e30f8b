// The payment provider service plugin: what Wix passes to its functions and what it takes from them. Wix's editor knows this module;
// no package declares it. Amounts are text: whole numbers of the currency's smallest unit.

declare module 'interfaces-psp-v1-payment-service-provider' {
  type Text = string | null;

  // ---- <name>-config.js

  export interface PaymentServiceProviderConfig {
    title: string;
    paymentMethods: { hostedPage: HostedPage }[];
    credentialsFields: CredentialsField[];
  }
  export interface HostedPage {
    title: string;
    /** Wix wants all four, as addresses. */
    logos: { white: Logo; colored: Logo };
    billingAddressMandatoryFields?: MandatoryField[];
  }
  export interface Logo { svg: string; png: string }
  export type MandatoryField = 'ZIPCODE' | 'CITY' | 'STATE' | 'ADDRESS' | 'COUNTRY_CODE' | 'EMAIL' | 'PHONE' | 'FIRST_NAME' | 'LAST_NAME'
    | 'STREET' | 'HOUSE_NUMBER' | 'TAX_IDENTIFIER';
  export type CredentialsField =
    | { simpleField: { name: string; label: string } }
    | { checkboxField: { name: string; label: string; tooltip?: Text } }
    | { dropdownField: { name: string; label: string; options: { key: string; value: string }[] } };

  // ---- <name>.js: the second argument of each of its functions

  export interface Context {
    requestId?: Text;
    currency?: Text;
    languages?: string[];
    instanceId?: Text;
    identity?: {
      identityType?: 'UNKNOWN' | 'ANONYMOUS_VISITOR' | 'MEMBER' | 'WIX_USER' | 'APP';
      anonymousVisitorId?: string;
      memberId?: string;
      wixUserId?: string;
      appId?: string;
    };
  }

  /** How a function says no. `reasonCode` is one of Wix's, the others are the provider's own. */
  export interface Refusal { reasonCode: number; errorCode: string; errorMessage: string }
  type Consent = { [Key in keyof Refusal]?: never };

  // ---- connectAccount

  export interface ConnectAccountOptions {
    /** What the owner typed into the fields of `credentialsFields`. */
    credentials: Record<string, string | undefined>;
    country?: Text;
    currency?: Text;
    wixMerchantId: string;
  }
  export type ConnectedAccount = { credentials: Record<string, string>; accountId: string; accountName: string } & Consent;
  export type ConnectAccountResponse = ConnectedAccount | Refusal;

  // ---- createTransaction

  export interface CreateTransactionOptions {
    wixTransactionId: string;
    paymentMethod?: string;
    merchantCredentials: Record<string, string | undefined>;
    order: Order;
    wixMerchantId?: Text;
    fraudInformation?: { remoteIp?: string };
  }
  export interface Order {
    _id?: Text;
    description?: OrderDescription;
    returnUrls?: OrderReturnUrls;
  }
  export interface OrderDescription {
    totalAmount?: string;
    currency?: string;
    items?: OrderItem[];
    charges?: { tax?: Text; shipping?: Text; discount?: Text };
    billingAddress?: Address;
    shippingAddress?: Address;
    buyerInfo?: { buyerId?: Text; buyerLanguage?: Text };
  }
  export interface OrderItem {
    _id?: Text;
    name?: Text;
    quantity?: number | null;
    price?: Text;
    description?: Text;
    weightInKg?: number | null;
    category?: 'undefined' | 'physical' | 'digital';
  }
  export interface Address {
    firstName?: Text;
    lastName?: Text;
    company?: Text;
    address?: Text;
    street?: Text;
    houseNumber?: Text;
    city?: Text;
    state?: Text;
    zipCode?: Text;
    countryCode?: Text;
    phone?: Text;
    fax?: Text;
    email?: Text;
    taxIdentifier?: { _id?: string; type?: Text };
  }
  export interface OrderReturnUrls { successUrl?: string; errorUrl?: string; cancelUrl?: Text; pendingUrl?: Text }

  /** Without a `reasonCode` and a `redirectUrl` it is paid. */
  export type CreateTransactionResponse =
    | ({ pluginTransactionId: string; redirectUrl?: string } & Consent)
    | ({ pluginTransactionId: string; redirectUrl?: never } & Refusal);

  // ---- refundTransaction

  export interface RefundTransactionOptions {
    wixTransactionId: string;
    wixRefundId: string;
    pluginTransactionId: string;
    merchantCredentials: Record<string, string | undefined>;
    refundAmount?: string;
    reason?: 'UNKNOWN' | 'DUPLICATE' | 'FRAUDULENT' | 'REQUESTED_BY_CUSTOMER';
  }
  export type CreateRefundResponse = ({ pluginRefundId: string } & Consent) | ({ pluginRefundId?: string } & Refusal);
}
