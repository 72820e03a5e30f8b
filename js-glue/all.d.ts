/**
 * `velopos/all`: everything that `velopos` exports, with the banks beyond its six systems. Import one of the two, not both.
 */
import type { Config as SixSystems, Options, Pos } from './index.cjs';

export * from './index.cjs';

interface CommonConfig {
  /** Real money or not. Default: `production`. Publicly known test credentials are refused there. */
  mode?: 'production' | 'test';
  /** Which results of 3-D Secure are good enough: `full` is mdStatus 1 only (default), `attempted` is 1 to 4 and leaves chargebacks to the shop. */
  threeDS?: 'full' | 'attempted';
}

/** Akbank: what its panel shows under Yönetim → Üye İş Yeri İşlemleri, Terminal İşlemleri and Güvenlik Anahtarları. */
export interface AkbankMerchant {
  /** Güvenli İş Yeri numarası / merchantSafeId, 32 letters and digits. */
  merchantSafeId: string;
  /** Güvenli Terminal numarası / terminalSafeId, 32 letters and digits. */
  terminalSafeId: string;
  /** Güvenlik Anahtarı / secretKey, as it is printed. */
  secretKey: string;
  /** Alt üye iş yeri numarası / subMerchantId, for payment facilitators. */
  subMerchantId?: string;
}

/**
 * Akbank's own virtual POS, which replaced its NestPay terminals in 2025. `3d_pay_hosting` (default): the bank's page asks for the card and the
 * bank charges; the bank is asked for the result. `3d_pay` and `3d`: the form's hash covers the card, so the card passes through your server,
 * and `start` needs `card`. In `3d` your server asks for the money, and `createPos` needs `claim`. An order id has at most 36 characters.
 */
export type AkbankConfig = CommonConfig & {
  gateway: 'akbank';
  model?: '3d_pay_hosting' | '3d_pay' | '3d';
  merchant: AkbankMerchant;
  /** `api` ends before `/transaction/process`, `gate` before `/payhosting` and `/securepay`. */
  endpoints?: { api?: string; gate?: string };
};

/** Tosla İşim (AkÖde): what its panel calls ClientId, ApiUser and ApiPass. */
export interface ToslaMerchant {
  /** Müşteri numarası / ClientId, digits only. */
  clientId: string;
  /** API kullanıcısı / ApiUser. */
  apiUser: string;
  /** API şifresi / ApiPass. */
  apiPass: string;
}

/**
 * Tosla: its own page asks for the card and the money is taken there; Tosla is asked for the result. The customer comes back to `urls.ok`
 * whatever the outcome. An order id has at most 36 characters.
 */
export type ToslaConfig = CommonConfig & {
  gateway: 'tosla';
  model?: '3d_pay_hosting';
  merchant: ToslaMerchant;
  /** `api` ends before `/threeDPayment`. */
  endpoints?: { api?: string };
};

/** One account at one bank. An unknown key throws `CONFIG` and names the nearest known one. */
export type Config = SixSystems | AkbankConfig | ToslaConfig;

/** Checks the configuration, loudly, and returns the account. Throws `CONFIG` with the field. */
export function createPos(config: Config, options?: Options): Pos;

type Fields = Record<string, string>;

/** Formulas of Akbank's documents: base64 of HMAC-SHA512. For signing and for tests: `finish` compares, you never do. */
export const akbank: Readonly<{
  /** Over a form's values, in the bank's order. */
  formHash(fields: Fields, secretKey: string): string;
  /** Header `auth-hash`, over exactly the body that is sent. */
  requestHash(body: string, secretKey: string): string;
  /** Over the values of a return that its own `hashParams` names. */
  returnHash(fields: Fields, secretKey: string): string;
}>;

/** Formulas of Tosla's documents: base64 of SHA-512, the password first. */
export const tosla: Readonly<{
  /** clientId, apiUser, rnd, timeSpan. */
  requestHash(fields: Fields, apiPass: string): string;
  /** ClientId, ApiUser, OrderId, MdStatus, BankResponseCode, BankResponseMessage, RequestStatus. */
  returnHash(fields: Fields, apiPass: string): string;
}>;
