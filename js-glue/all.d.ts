/**
 * `velopos/all`: everything that `velopos` exports, with the banks beyond its six systems. Import one of the two, not both.
 */
import type { Config as SixConfig, NestpayConfig, Options, Pos } from './index.cjs';

export * from './index.cjs';

type CommonConfig = Pick<NestpayConfig, 'mode' | 'threeDS'>;
type Fields = Readonly<Record<string, string>>;

/** BOA: what the bank's letter tells. */
export interface BoaMerchant {
  /** Mağaza numarası (MerchantId), digits. */
  merchantId: string;
  /** Müşteri numarası (CustomerId), digits. */
  customerId: string;
  /** API kullanıcı adı (UserName): a user of the role "API", made in the panel. */
  userName: string;
  /** The password of that user. */
  password: string;
}

/**
 * Kuveyt Türk (BOA, TDV2.0.0). The card passes through your server, which asks for the money after 3-D Secure: `start` needs `card` and
 * `customer.ip`, and `createPos` needs `claim`. An order id has 1 to 20 letters and digits, and begins with no 0.
 */
export type KuveytturkConfig = CommonConfig & {
  gateway: 'kuveytturk';
  model?: '3d';
  merchant: BoaMerchant;
  /** `gate` is the folder of ThreeDModelPayGate and ThreeDModelProvisionGate, `soap` the address of VirtualPosService. */
  endpoints?: { gate?: string; soap?: string };
};

/** Vakıf Katılım (BOA). As at Kuveyt Türk; its test system has no published address, so `mode: 'test'` needs `endpoints`. */
export type VakifkatilimConfig = CommonConfig & {
  gateway: 'vakifkatilim';
  model?: '3d';
  merchant: BoaMerchant;
  /** The folder of all its operations. */
  endpoints?: { gate?: string };
};

/** PosNet V1: what the bank's letter calls MerchantNo, TerminalNo, PosnetID and EncKey. */
export interface Posnetv1Merchant {
  /** Üye işyeri numarası, 10 digits. */
  merchantNo: string;
  /** Terminal numarası, at most 8 digits. */
  terminalNo: string;
  /** POSNET numarası, at most 16 digits. */
  posnetId: string;
  /** Şifreleme anahtarı. Its commas belong to it. */
  encKey: string;
}

/**
 * Albaraka Türk (PosNet V1). The bank's page asks for the card, unless `start` gets one, which then stands in the form that the browser posts
 * to the bank. Your server asks for the money, so `createPos` needs `claim`. An order id has 1 to 20 letters and digits, and begins with no 0.
 * The bank sends the customer back to `urls.ok` whatever the outcome.
 */
export type Posnetv1Config = CommonConfig & {
  model?: '3d_oos';
  merchant: Posnetv1Merchant;
} & (
    | { gateway: 'albaraka'; endpoints?: { gate?: string; api?: string } }
    | { gateway: 'posnetv1'; endpoints: { gate: string; api: string } }
  );

/** One account at one of these banks, or at one that `velopos` itself knows. */
export type Config = SixConfig | KuveytturkConfig | VakifkatilimConfig | Posnetv1Config;

/** One account at one bank. Everything about it is checked here, once. */
export function createPos(config: Config, options?: Options): Pos;

interface BoaFormulas {
  /** The key: base64 of the password's SHA-1. */
  hashPassword(password: string): string;
  /** `HashData` of a request: MerchantId, MerchantOrderId, Amount, OkUrl, FailUrl, UserName. What a request does not carry is empty. */
  requestHash(fields: Fields, hashPassword: string): string;
  /** `HashData` of a return or an answer: MerchantOrderId, RRN, ResponseCode, OrderId. A return has no RRN. */
  responseHash(fields: Fields, hashPassword: string): string;
}

/** Formulas of Kuveyt Türk's document, base64. */
export const kuveytturk: Readonly<BoaFormulas>;

/** The same at Vakıf Katılım. */
export const vakifkatilim: Readonly<BoaFormulas>;

/** Formulas of PosNet V1, base64. */
export const posnetv1: Readonly<{
  /** `Mac`: the values that MacParams names, in its order. */
  mac(values: readonly string[], encKey: string): string;
  /** `MacNew` of a form. What a form does not carry is empty. */
  formMacNew(fields: Fields, encKey: string): string;
  /** `MacNew` of a return. */
  returnMacNew(fields: Fields, encKey: string): string;
}>;
