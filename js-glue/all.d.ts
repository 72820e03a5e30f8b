/**
 * `velopos/all`: everything that `velopos` exports, with the banks beyond its six systems. Import one of the two, not both: they are two copies,
 * and an error of one is no `PosError` of the other.
 */
import type { Config as SixConfig, Message, NestpayConfig, NestpayMerchant, Options, Payment, PaytrMerchant, Pos, StoredOrder } from './index.cjs';

export * from './index.cjs';

type CommonConfig = Pick<NestpayConfig, 'mode' | 'threeDS'>;
type Fields = Readonly<Record<string, string>>;

/** PayFor: what the bank's letter calls üye işyeri numarası, API kullanıcı kodu and şifresi, and 3D işyeri şifresi. */
export interface PayforMerchant {
  /** Üye işyeri numarası (MerchantID), digits. */
  merchantId: string;
  /** API kullanıcı kodu (UserCode). */
  userCode: string;
  /** API kullanıcı şifresi (UserPass): for what our server asks; it never stands in a form. */
  userPass: string;
  /** 3D işyeri şifresi (MerchantPass): it signs the form. */
  merchantPass: string;
  /** Kurum kodu (MbrId). Default: 12 for Ziraat Katılım, otherwise 5. */
  mbrId?: string;
}

interface PayforEndpoints {
  /** The bank's card page (`…/3DHost.aspx`). */
  page: string;
  /** Where a form with the card goes (`…/Default.aspx`). */
  gate: string;
  /** What our server asks (`…/XMLGate.aspx`). */
  api: string;
}

/**
 * QNB, Enpara and Ziraat Katılım. No return of the browser is a payment here: the bank is asked, every time. `3dhost` (default): the bank's page
 * asks for the card. `3dpay` and `3dmodel`: the card is typed in a form on your page and goes from the browser straight to the bank, which QNB
 * refuses from browsers since July 2026; in `3dmodel` our server asks for the money, which needs `claim`. An order id has 1 to 50 letters and
 * digits. The test addresses of Ziraat Katılım are not public: put them into `endpoints`.
 */
export type PayforConfig = CommonConfig & {
  /** Default: `3dhost`. */
  model?: '3dhost' | '3dpay' | '3dmodel';
  merchant: PayforMerchant;
} & (
    | {
        /** The bank; or the bare system, for a bank that is not listed. */
        gateway: 'qnb' | 'enpara' | 'ziraatkatilim';
        /** Other addresses than the bank's usual ones. */
        endpoints?: Partial<PayforEndpoints>;
      }
    | { gateway: 'payfor'; endpoints: PayforEndpoints }
  );

/** InterPos: what Denizbank's letter calls mağaza kodu, API kullanıcı kodu and şifresi, and 3D şifresi. */
export interface InterposMerchant {
  /** Mağaza kodu (ShopCode), digits. */
  shopCode: string;
  /** API kullanıcı kodu (UserCode). */
  userCode: string;
  /** API kullanıcı şifresi (UserPass): for what our server asks; it never stands in a form. */
  userPass: string;
  /** 3D şifresi (MerchantPass): it signs the form, and the returns of the models without the bank's page. */
  merchantPass: string;
  /**
   * The only currency that the bank has opened for this terminal. The bank's answers name none: without this a payment that only they prove has
   * `review: true`. Orders in another currency throw `UNSUPPORTED`.
   */
  onlyCurrency?: 'TRY' | 'USD' | 'EUR' | 'GBP' | 'JPY' | 'RUB';
}

interface InterposEndpoints {
  /** The bank's card page (`…/mpi/3DHost.aspx`). */
  page: string;
  /** Where a form with the card goes, and what our server asks (`…/mpi/Default.aspx`). */
  gate: string;
}

/**
 * Denizbank. `3dhost` (default): the bank's page asks for the card; its return is signed without the password, so the bank is asked. `3dpay`
 * and `3dmodel`: the card is typed in a form on your page and goes from the browser straight to the bank; `3dpay` is proven by the return's
 * signature, in `3dmodel` our server asks for the money, which needs `claim`. An order id has 1 to 20 letters and digits; a signature proves
 * something about ids of 20 only, as `newOrderId()` makes them, because a shorter one can be a part of another order's.
 */
export type InterposConfig = CommonConfig & {
  /** Default: `3dhost`. */
  model?: '3dhost' | '3dpay' | '3dmodel';
  merchant: InterposMerchant;
} & (
    | {
        /** The bank; or the bare system, for a bank that is not listed. */
        gateway: 'denizbank';
        /** Other addresses than the bank's usual ones. */
        endpoints?: Partial<InterposEndpoints>;
      }
    | { gateway: 'interpos'; endpoints: InterposEndpoints }
  );

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
  /** Akbank. */
  gateway: 'akbank';
  /** Default: `3d_pay_hosting`. */
  model?: '3d_pay_hosting' | '3d_pay' | '3d';
  merchant: AkbankMerchant;
  /** Other addresses than the bank's usual ones: `api` ends before `/transaction/process`, `gate` before `/payhosting` and `/securepay`. */
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
 * Tosla takes the money at the end of 3-D Secure, and is asked for the result. `3d_pay_hosting` (default): its own page asks for the card.
 * `3d_pay`: the card is typed in a form on your page that goes from the browser straight to Tosla. The customer comes back to `urls.ok` whatever
 * the outcome. An order id has at most 36 characters.
 */
export type ToslaConfig = CommonConfig & {
  /** Tosla İşim. */
  gateway: 'tosla';
  /** Default: `3d_pay_hosting`. */
  model?: '3d_pay_hosting' | '3d_pay';
  merchant: ToslaMerchant;
  /** Another address than Tosla's: `api` ends before `/threeDPayment`. */
  endpoints?: { api?: string };
};

/** Moka United: what its panel calls DealerCode, Username and Password. */
export interface MokaMerchant {
  /** Bayi kodu / DealerCode. */
  dealerCode: string;
  /** API kullanıcı adı / Username. */
  username: string;
  /** API şifresi / Password. */
  password: string;
}

/**
 * Moka United takes the money at the end of 3-D Secure, and is asked for the result. `webpos` (default): its own page asks for the card. `3d`: the
 * card passes through your server, and `start` needs `card`. Every order needs `customer.ip`; the customer comes back to `urls.ok` whatever the
 * outcome. A refund is taken note of and made later: its answer is `unknown`, and `inquire` tells when it was made.
 */
export type MokaConfig = CommonConfig & {
  /** Moka United. */
  gateway: 'moka';
  /** Default: `webpos`. */
  model?: 'webpos' | '3d';
  merchant: MokaMerchant;
  /** Other addresses than Moka's: `service` ends before `/PaymentDealer`, `page` before `/Api/WebPos`. */
  endpoints?: { service?: string; page?: string };
};

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
  /** Kuveyt Türk. */
  gateway: 'kuveytturk';
  /** The only one. */
  model?: '3d';
  merchant: BoaMerchant;
  /** Other addresses than the bank's usual ones: `gate` is the folder of ThreeDModelPayGate and ThreeDModelProvisionGate, `soap` the address of VirtualPosService. */
  endpoints?: { gate?: string; soap?: string };
};

/** Vakıf Katılım (BOA). As at Kuveyt Türk; its test system has no published address, so `mode: 'test'` needs `endpoints`. */
export type VakifkatilimConfig = CommonConfig & {
  /** Vakıf Katılım. */
  gateway: 'vakifkatilim';
  /** The only one. */
  model?: '3d';
  merchant: BoaMerchant;
  /** Another address than the bank's usual one: the folder of all its operations. */
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
  /** The only one. */
  model?: '3d_oos';
  merchant: Posnetv1Merchant;
} & (
    | {
        /** The bank; or the bare system, for a bank that is not listed. */
        gateway: 'albaraka';
        /** Other addresses than the bank's usual ones. */
        endpoints?: {
          /** The page that the customer is sent to. */
          gate?: string;
          /** What our server asks. */
          api?: string;
        };
      }
    | { gateway: 'posnetv1'; endpoints: { gate: string; api: string } }
  );

/** One account at one of these banks, or at one that `velopos` itself knows. */
export type Config = SixConfig | PayforConfig | InterposConfig | AkbankConfig | ToslaConfig | MokaConfig | KuveytturkConfig | VakifkatilimConfig | Posnetv1Config;

/** As in `velopos`, for these banks, too: checks the configuration and returns the account. Throws `CONFIG` with the field. */
export function createPos(config: Config, options?: Options): Pos;

/** As in `velopos`, and for Denizbank's `3dpay`. What the return does not prove is `pending`. */
export function validatePayment(body: Message, order: StoredOrder, merchant: NestpayMerchant | PaytrMerchant | InterposMerchant): Payment;

/** Formulas of InterPos' sample pages, base64. */
export const interpos: Readonly<{
  /** `Hash` of a form: ShopCode, OrderId, PurchAmount, OkUrl, FailUrl, TxnType, InstallmentCount, Rnd. Neither currency nor model are in it. */
  requestHash(fields: Fields, merchantPass: string): string;
  /** `HASH` of a return: Version, PurchAmount, Exponent, Currency, OkUrl, FailUrl, MD, OrderId, ProcReturnCode, Response, mdStatus. */
  callbackHash(fields: Fields, merchantPass: string): string;
}>;

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

/** Formulas of PayFor's sample scripts, base64. */
export const payfor: Readonly<{
  /** `Hash` of a form: MbrId, OrderId, PurchAmount, OkUrl, FailUrl, TxnType, InstallmentCount, Rnd. Neither currency nor model are in it. */
  requestHash(fields: Fields, merchantPass: string): string;
  /** `ResponseHash` of a return: MerchantID, OrderId, AuthCode, ProcReturnCode, 3DStatus, ResponseRnd, UserCode. No amount is in it. */
  responseHash(fields: Fields, merchantPass: string): string;
}>;

/** Formulas of Moka United's documents: SHA-256 in lower-case hex. */
export const moka: Readonly<{
  /** CheckKey of every request. */
  checkKey(dealerCode: string, username: string, password: string): string;
  /** `hashValue` of a return: over CodeForHash in capitals and `T` or `F`. */
  hashValue(codeForHash: string, word: string): string;
}>;

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
