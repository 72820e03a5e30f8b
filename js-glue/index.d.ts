// The public face of velopos. What each thing means, its format, its errors and its source.

export {}; // what does not say `export` stays in here

/** A currency, by its ISO 4217 letters, that at least one gateway takes. A gateway that does not take it throws `UNSUPPORTED`. */
export type Currency = 'TRY' | 'USD' | 'EUR' | 'GBP' | 'JPY' | 'RUB';

/** `production` (the default) moves real money; `test` speaks to the bank's test system, and may use loopback addresses. */
export type Mode = 'production' | 'test';

interface CommonConfig {
  /** Real money or not. Default: `production`. Publicly known test credentials are refused there. */
  mode?: Mode;
  /** Which results of 3-D Secure are good enough: `full` is mdStatus 1 only (default), `attempted` is 1 to 4 and leaves chargebacks to the shop. */
  threeDS?: 'full' | 'attempted';
}

/** NestPay: what the bank's letter and panel call Mağaza no, 3D güvenlik anahtarı, API kullanıcı adı and API şifresi. */
export interface NestpayMerchant {
  /** Mağaza no / Client ID. */
  clientId: string;
  /** 3D güvenlik anahtarı / Store Key. Not the API password: that mistake is the commonest cause of "hash mismatch". */
  storeKey: string;
  /** API kullanıcı adı. Needed for inquiries and for the models `3d` and `3d_host`. */
  apiUser?: string;
  /** API şifresi. */
  apiPassword?: string;
}

interface NestpayEndpoints {
  /** Where the customer's form goes (`…/fim/est3Dgate`). */
  gate: string;
  /** The XML API (`…/fim/api`). */
  api: string;
}

/** İş Bankası and the other banks on NestPay. The bare system `nestpay` needs `endpoints`. */
export type NestpayConfig = CommonConfig & {
  /** The bank's own word. `3d_pay_hosting` (default): the bank's page asks for the card and the bank charges. */
  model?: '3d_pay_hosting' | '3d_pay' | '3d' | '3d_host';
  merchant: NestpayMerchant;
} & (
    | {
        /** The bank; or the bare system, for a bank that is not listed. */
        gateway: 'isbank' | 'ziraat' | 'halkbank' | 'teb' | 'sekerbank';
        /** Other addresses than the bank's usual ones. */
        endpoints?: Partial<NestpayEndpoints>;
      }
    | { gateway: 'nestpay'; endpoints: NestpayEndpoints }
  );

/** PayTR's Mağaza No, Mağaza Parola and Mağaza Gizli Anahtar. */
export interface PaytrMerchant {
  /** Mağaza No. */
  merchantId: string;
  /** Mağaza Parola. */
  merchantKey: string;
  /** Mağaza Gizli Anahtar. */
  merchantSalt: string;
}

/** PayTR: `iframe` (default) is its hosted page, `direct` the card form on yours, `link` a payment link that is open for a day. */
export type PaytrConfig = CommonConfig & {
  /** PayTR. */
  gateway: 'paytr';
  /** Default: `iframe`. */
  model?: 'iframe' | 'direct' | 'link';
  merchant: PaytrMerchant;
  /** Another address than PayTR's. */
  endpoints?: {
    /** Everything before `/odeme`. */
    api?: string;
  };
};

/** iyzico's API keys. */
export interface IyzicoMerchant {
  /** API anahtarı. */
  apiKey: string;
  /** Güvenlik anahtarı. */
  secretKey: string;
  /** Merchant ID; only subscription webhooks need it. */
  merchantId?: string;
}

/**
 * iyzico. `checkout_form`: the customer pays on iyzico's page, and iyzico is asked for the result. `3ds`: the card passes through your server,
 * for which PCI DSS asks more of you, and your server asks for the money: `start` needs `card`, and `createPos` needs `claim`. Every order
 * needs `customer` with `ip`, `email` and `name`.
 */
export type IyzicoConfig = CommonConfig & {
  /** iyzico. */
  gateway: 'iyzico';
  /** Default: `checkout_form`. */
  model?: 'checkout_form' | '3ds';
  merchant: IyzicoMerchant;
  /** Another address than iyzico's. */
  endpoints?: {
    /** Everything before the path. */
    api?: string;
  };
};

/** Garanti BBVA's virtual POS: numbers, the 3-D key, and the terminal's users with their passwords. */
export interface GarantiMerchant {
  /** Üye işyeri numarası. */
  merchantId: string;
  /** Terminal numarası, at most 9 digits; nothing is put in front of it. */
  terminalId: string;
  /** 3D Secure anahtarı (Store Key). */
  storeKey: string;
  /** Provizyon kullanıcısı. Default: `PROVAUT`. */
  provisionUser?: string;
  /** Its password: for the forms, the provision, captures and everything that is asked. */
  provisionPassword: string;
  /** İade kullanıcısı. Default: `PROVRFN`. */
  refundUser?: string;
  /** Its password; `refund` and `void` throw `CONFIG` without it. */
  refundPassword?: string;
  /** Where the bank's page has a user of its own. Default: `PROVOOS`, if there is a `pagePassword`. */
  pageUser?: string;
  /** Its password; it then signs the forms of the `oos` models. */
  pagePassword?: string;
}

/**
 * Garanti BBVA. No return of the browser is a payment here: the bank is asked, or (`3d`) our server asks for the money, which needs `claim`.
 * With `oos` the card is typed on the bank's page, otherwise in a form on yours that goes from the browser straight to the bank.
 * Every order needs `customer.ip`; an order id has at most 32 characters.
 */
export type GarantiConfig = CommonConfig & {
  /** Garanti BBVA. */
  gateway: 'garanti';
  /** Default: `3d_oos_pay`. `…pay` charges whatever 3-D Secure says, `…half` with mdStatus 1 to 4, `…full` with 1 only. The bank opens a model for a terminal. */
  model?: '3d_oos_pay' | '3d_oos_full' | '3d_oos_half' | '3d_pay' | '3d_full' | '3d_half' | '3d';
  merchant: GarantiMerchant;
  /** Other addresses than the bank's usual ones. */
  endpoints?: {
    /** Where the customer's form goes (`…/servlet/gt3dengine`). */
    gate?: string;
    /** The XML API (`…/VPServlet`). */
    api?: string;
  };
};

/** POSNET: what Yapı Kredi's İşyeri Yönetici Ekranları call MERCHANT_ID, TERMINAL_ID, POSNET_ID and ENCKEY. */
export interface PosnetMerchant {
  /** Üye işyeri numarası, 10 digits. */
  merchantId: string;
  /** Terminal numarası, at most 8 letters and digits. */
  terminalId: string;
  /** POSNET numarası, at most 16 digits. */
  posnetId: string;
  /** Şifreleme anahtarı, made with "Anahtar Yarat". Its commas belong to it. */
  encKey: string;
}

/**
 * Yapı Kredi POSNET. The card passes through your server, on its way to be encrypted by the bank, and your server asks for the money: `start`
 * needs `card`, and `createPos` needs `claim`. An order id has 1 to 20 letters and digits, and begins with no 0. The bank sends the customer
 * back to `urls.ok` whatever the outcome.
 */
export type PosnetConfig = CommonConfig & {
  /** The only one. */
  model?: '3d_oos';
} & (
    | {
        /** The bank; or the bare system, for a bank that is not listed. */
        gateway: 'yapikredi';
        merchant: PosnetMerchant;
        /** Other addresses than the bank's usual ones. */
        endpoints?: {
          /** The XML API (`…/PosnetWebService/XML`). */
          api?: string;
          /** The page that the customer is sent to (`…/3DSWebService/YKBPaymentService`). */
          gate?: string;
        };
      }
    | { gateway: 'posnet'; merchant: PosnetMerchant; endpoints: { api: string; gate: string } }
  );

/** PayFlex: what the bank's letter calls Üye işyeri numarası, Sanal POS şifresi and Terminal numarası. */
export interface PayflexMerchant {
  /** Üye işyeri numarası / MerchantId. */
  merchantId: string;
  /** Sanal POS şifresi. */
  password: string;
  /** Terminal numarası / TerminalNo. */
  terminalNo: string;
  /** The password of the 3D Secure service (MPI), where it is another one. */
  mpiPassword?: string;
}

interface PayflexEndpoints {
  /** Enrollment, for the model `3d`. */
  mpi: string;
  /** Provision, capture, refund and void (`…/Vposreq`). One that ends in `.aspx` is an older installation, which wants the amount again. */
  vpos: string;
  /** Inquiries and lists (`…/Search`). */
  search: string;
  /** Registration of a common payment. One that ends in `RegisterTransaction` takes a form, the hosts of 2026 take JSON. */
  common_payment: string;
  /** The page that asks for the card (`…/SecurePayment`). Customers are sent to no other host. */
  payment_page: string;
}

/**
 * VakıfBank, and the older PayFlex of Ziraat and İş Bankası. `common_payment` (default): the bank's page asks for the card. `3d`: the card
 * passes through your server on its way to the bank, and your server asks for the money: `start` needs `card`, and `createPos` needs `claim`.
 * Where no public document names an address that is needed, `CONFIG` says which. An order id has at most 40 letters, digits and dashes.
 */
export type PayflexConfig = CommonConfig & {
  /** Default: `common_payment`. */
  model?: 'common_payment' | '3d';
  merchant: PayflexMerchant;
} & (
    | {
        /** The bank; or the bare system, for a bank that is not listed. */
        gateway: 'vakifbank' | 'ziraat-payflex' | 'isbank-payflex';
        /** Other addresses than the bank's usual ones. */
        endpoints?: Partial<PayflexEndpoints>;
      }
    | { gateway: 'payflex'; endpoints: PayflexEndpoints }
  );

/** One account at one bank. An unknown key throws `CONFIG` and names the nearest known one. */
export type Config = NestpayConfig | GarantiConfig | PosnetConfig | PayflexConfig | PaytrConfig | IyzicoConfig;

/** What `createPos` needs to speak to the bank. The step machine (`pos.step`) needs none of it. */
export interface Options {
  /** Default: the global `fetch`. In Velo: `import { fetch } from 'wix-fetch'`. */
  fetch?: (url: string, init: any) => Promise<any>;
  /**
   * Asked after a message has been checked and before any request that moves money: insert the key into your database and answer `true`,
   * or `false` when it was there already. Then nothing is sent and the payment is `pending`. A claim is never taken over. `order` is a copy of
   * the order as it must be stored from now on: put it into the same row, or beside the key, so that what was asked of the bank is known even
   * if this process ends before the bank has answered.
   */
  claim?: (key: string, order: StoredOrder) => Promise<boolean>;
  /** For a whole verb, in milliseconds. Default 10 000; Wix ends a request after 14 000. */
  timeoutMs?: number;
  /** Hosts (`name` or `name:port`) that may stand in `endpoints` although this package does not know them as the bank's own. */
  trustHosts?: string[];
}

/** What the shop sells. Compute it on your server, never from what a browser sends. */
export interface Order {
  /** One attempt at paying, used once: 1 to 64 letters, digits, `-`, `_`. `newOrderId()` makes one that every gateway accepts. */
  id: string;
  /** What the customer pays. Text with exactly the currency's decimals (`'149.90'`), minor units (`{ minor: '14990' }`), or a number that is exact to two decimals. */
  amount: string | { minor: string } | number;
  /** The currency of `amount` and of the basket's prices. */
  currency: Currency;
  /** Charge at once (default), or only reserve. */
  type?: 'sale' | 'preauth';
  /** The number of instalments; 1 (default) is a single payment. */
  installments?: number;
  /** The largest number the customer may choose on the gateway's page, where it offers the choice. Default 1. */
  maxInstallments?: number;
  /** Where the bank sends the customer back, and its own copy. Absolute https; loopback http in test mode. */
  urls: {
    /** After an approval, as the bank sees it. It decides nothing: read the message. */
    ok: string;
    /** After a refusal. It decides nothing either. */
    fail: string;
    /** Where the bank's server sends its own copy, where it does. */
    notify?: string;
  };
  /** Who pays. Which of these a gateway needs, its configuration tells; `ORDER` names one that is missing. */
  customer?: {
    /** The browser's address, IPv4 or IPv6. */
    ip?: string;
    email?: string;
    /** First and last name. */
    name?: string;
    phone?: string;
    address?: string;
    /** The language of the bank's page. Default: `tr`. */
    language?: 'tr' | 'en';
  };
  /** What is bought, for gateways that list it. Default: one line with the whole amount. */
  basket?: {
    name: string;
    /** For one piece, as text: `'149.90'`. */
    price: string;
    /** A whole number. */
    quantity: number;
  }[];
}

/** The order as it must lie in your database before the browser leaves: plain JSON of a few KB (`refs` at most 2), no secret, no card. */
export interface StoredOrder extends Omit<Order, 'amount'> {
  /** Decimal text with the currency's decimals. */
  amount: string;
  /** The `gateway` of the configuration that it was started with; another one is refused. */
  gateway: string;
  /** The model that it was started with; what arrives is read as this one's. */
  model: string;
  /** The mode that it was started in; another one is refused. */
  mode: Mode;
  /** What later steps compare with. Opaque; store it unchanged. */
  refs: string;
}

/** A card, only for the models in which it passes through your server (PCI DSS SAQ D). Never stored, never printed. */
export interface Card {
  /** 12 to 19 digits, without spaces. */
  number: string;
  /** `01` to `12`. */
  month: string;
  /** Its last two digits. */
  year: string;
  /** Three or four digits. */
  cvv: string;
  /** The name on the card. */
  holder?: string;
}

/** What the bank calls the inputs of its card form: the customer types the card on the page, and it goes from there straight to the bank. */
export interface CardInputs {
  /** The card's number. */
  number: string;
  /** Month and year, two digits each, or one input that takes both: see `expiry`. */
  month?: string;
  /** Two digits. */
  year?: string;
  /** Month and year in a row, four digits. */
  expiry?: string;
  /** The security code. */
  cvv: string;
  /** The name on the card. */
  holder?: string;
}

/** Where the browser goes. `paymentPage` turns it into an HTTP answer. */
export type Redirect =
  | {
      /** `form`: the browser posts a form. `url`: it goes to an address. */
      kind: 'form';
      /** Where the form is posted. */
      action: string;
      /** Its signed fields. Add none and change none. */
      fields: Record<string, string>;
      /** Where the customer types the card on your page: the inputs that the form needs besides. */
      cardInputs?: CardInputs;
    }
  | {
      kind: 'url';
      /** Where the browser goes. */
      url: string;
    };

/** Facts about a payment, whatever its status. */
export interface Facts {
  /** The order's `id`. */
  orderId: string;
  /** The order's amount, as decimal text. */
  amount: string;
  /** What left the card, where that is not `amount`: more where the stored order allowed instalments and the gateway added interest, less after a capture of a part. */
  charged?: string;
  /** The order's currency. */
  currency: Currency;
  /** In `test` no money has moved. */
  mode: Mode;
  /** How many instalments it became, where the gateway tells. */
  installments?: number;
  /** What has been given back in all, as decimal text. */
  refundedAmount?: string;
  /** When the bank did it: ISO 8601 with the offset. */
  at?: string;
  /** The bank's number of it. From a callback, unconfirmed: it is for reading, and no verb moves money by it. */
  transactionId?: string;
  /** Provizyon kodu. For reading. */
  authCode?: string;
  /** RRN, the reference of the bank's host. For reading. */
  hostReference?: string;
  /** The card's number with most digits hidden. */
  maskedPan?: string;
  /** What 3-D Secure said. */
  threeDS?: {
    /** The bank's word: 1 is full, 2 to 4 half, the rest failed. */
    mdStatus?: string;
    /** The card scheme's word. */
    eci?: string;
    /** Who bears a chargeback: the card's bank, or the shop. */
    liability: 'issuer' | 'merchant';
  };
  /**
   * A person should look at this payment: among others when the bank's books do not show a capture, refund or void of which we do not know
   * whether it was made, and when the order's next change has been claimed by somebody else.
   */
  review?: boolean;
  /** The capture, refund or void that this is the answer to. */
  operation?: {
    verb: 'capture' | 'refund' | 'void';
    /** The id that you gave it. */
    id: string;
    /** Decimal text. */
    amount: string;
  };
  /** Store it with the order. */
  refs: string;
  /** The same whichever road brought the news: book once per key. */
  dedupeKey: string;
}

/** Why the bank said no. */
export interface Decline {
  /** The bank's code in one word. `declined` where the bank tells nothing more exact. */
  reason:
    | 'declined' | 'insufficient-funds' | 'limit-exceeded' | 'expired-card' | 'invalid-card' | 'invalid-cvv' | 'not-permitted' | 'restricted-card'
    | 'call-bank' | '3ds-failed' | 'cancelled' | 'expired' | 'installments' | 'security' | 'bank-unavailable';
  /** As the bank sent it; empty where it sent none. */
  bankCode: string;
  /** The bank's own words, for the shop. They may hold anything: escape them. */
  bankMessage: string;
  /** For the customer. */
  message: { tr: string; en: string };
  /** For Wix's payment provider plugin: its number for this reason. */
  wixReasonCode: number;
}

/**
 * What is known about a payment. A final status always carries a proof.
 * - `paid`: the money is taken. `authorized`: it is reserved, and `capture` takes it.
 * - `refunded`, `voided`: money went back; with an `operation`, by that change.
 * - `declined`: no money is taken, and `decline` says why; with an `operation` it is the change that was refused.
 * - `pending`: nothing is final. The order stays open; ask again.
 * - `unknown`: a request was sent and its answer was lost. Money may have moved: never send it again, only `inquire`.
 */
export type Payment = Facts &
  (
    | {
        /** What became of it; see above. */
        status: 'paid' | 'authorized' | 'refunded' | 'voided';
        /** What the status rests on: a signature over order and amount, or the bank's reply to our own request. */
        proof: 'signature' | 'reply';
        /** Why the bank said no. */
        decline?: undefined;
      }
    | { status: 'declined'; proof: 'signature' | 'reply'; decline: Decline }
    | { status: 'pending' | 'unknown'; proof: 'none'; decline?: undefined }
  );

/**
 * A message from outside: the raw body exactly as it arrived, as text or bytes, of at most 64 KB. Headers are read without regard to case; iyzico's
 * webhooks need them.
 */
export type Message =
  | string
  | Uint8Array
  | {
      /** The raw body. */
      body: string | Uint8Array;
      /** The request's headers: an object of texts, or one with `get`. */
      headers?: Record<string, any> | { get(name: string): string | null };
    };

/** One line of what a bank lists: for books and for people, never a proof of payment. */
export interface Transaction {
  /** Missing where the bank does not tell it, as VakıfBank does not for refunds and voids. */
  orderId?: string;
  /** What it did. */
  kind: 'sale' | 'preauth' | 'capture' | 'refund' | 'void' | 'other';
  /** `voided`: it happened and was undone later. `open`: not final, or not told. */
  outcome: 'approved' | 'declined' | 'voided' | 'open';
  /** Decimal text. */
  amount?: string;
  currency?: Currency;
  /** The number of instalments. */
  installments?: number;
  /** ISO 8601 with the offset. */
  at?: string;
  /** The bank's number of it. */
  transactionId?: string;
  /** Provizyon kodu. */
  authCode?: string;
  /** RRN, the reference of the bank's host. */
  hostReference?: string;
  /** The card's number with most digits hidden. */
  maskedPan?: string;
  /** The bank's answer, as it writes it. */
  bankCode?: string;
  /** What the bank or the gateway keeps of it; to the nearest minor unit where fractions are told. */
  commission?: string;
}

/** Days of the Turkish calendar as `YYYY-MM-DD`, the first and the last included; at most 31. */
export interface Range {
  /** The first day. */
  from: string;
  /** The last day. */
  to: string;
}

/** A request for your server to send, exactly as it stands here, and not to be redirected. It may hold secrets: write it into no log. */
export interface Request {
  /** A GET has an empty body. */
  method: 'POST' | 'GET';
  /** Absolute; at one of the account's endpoints. */
  url: string;
  /** Names and values. */
  headers: Record<string, string>;
  /** Text, already encoded. */
  body: string;
}

/**
 * One step of the machine.
 * - `redirect`: store the order, then send the browser there.
 * - `send`: send the request, and give its answer to `reply`.
 * - `done`: this is what is known.
 */
export type Step =
  | {
      type: 'redirect';
      /** Where the browser goes. */
      redirect: Redirect;
      /** The order as it must be stored from now on. */
      order: StoredOrder;
    }
  | {
      type: 'send';
      /** What to send. */
      request: Request;
      /** Whether money may move by it. Then it is sent once, and only after its `claim`. */
      moves: boolean;
      /** The key to claim; two requests of which only one may be sent have the same. */
      readonly claim: string;
      /** How the machine goes on. Opaque; it goes back to `reply`. */
      then: string;
      order: StoredOrder;
    }
  | {
      type: 'done';
      /** What is known. */
      payment: Payment;
      order: StoredOrder;
    };

/** The request for a page of a bank's list. */
export type ListStep = {
  type: 'send';
  /** What to send. */
  request: Request;
  /** Nothing moves by it, so it may be sent again. */
  moves: false;
  /** How the machine goes on. Opaque; it goes back to `reported` or `listed`. */
  then: string;
};

/** A page of a bank's list, and the request for the next one. */
export type ListPage = {
  type: 'list';
  /** In the bank's order. */
  transactions: Transaction[];
  /** There is more. */
  next?: ListStep;
};

/** What became of a request; `claimed: false` says that it was not sent, because somebody else has claimed it. */
export type Answer =
  | {
      /** The HTTP status. */
      status: number;
      /** Bytes are best: the core knows the bank's charset. At most 256 KB; of a list 1 MB. */
      body: string | Uint8Array;
    }
  | {
      /** No answer came: the payment is `unknown` where money may have moved. */
      lost: 'timeout' | 'network';
    }
  | {
      /** It was not sent. */
      claimed: false;
    };

/** What can be asked of the bank after `start`. */
export type Verb = 'inquire' | 'capture' | 'refund' | 'void' | 'history';

/**
 * The same machine without I/O: synchronous, one step at a time. Before sending a step that `moves`, claim its `claim` yourself, as `Options`
 * describes it: two steps that must not both be sent have the same one.
 */
export interface StepMachine {
  /** The first step of a payment. */
  start(order: Order, extra?: { card?: Card }): Step;
  /** Reads what arrived. Throws what `finish` throws. */
  callback(order: StoredOrder, message: Message): Step;
  /** The request that asks, captures, refunds or voids; a change of money takes an `id`, and where it may be a part an `amount`. */
  ask(order: StoredOrder, verb: Verb, options?: { id?: string; amount?: Order['amount'] }): Step;
  /** Goes on with what became of the request of a `send` step: its `order` and `then`, and the answer. */
  reply(order: StoredOrder, then: string, answer: Answer): Step;
  /** The reply to the step that `ask(order, 'history')` returned. Throws `UNREACHABLE` when it was lost or cannot be read. */
  listed(order: StoredOrder, then: string, answer: Answer): ListPage;
  /** The request for the list of some days. */
  report(range: Range): ListStep;
  /** The reply to the step that `report` returned. Throws `UNREACHABLE` when it was lost or cannot be read. */
  reported(range: Range, then: string, answer: Answer): ListPage;
}

/**
 * One account, ready for use: what `createPos` returns. It keeps nothing between two calls, so one for each request of your site is right. Every
 * refusal is a `PosError`; a payment that the bank declines is none.
 */
export interface Pos {
  /**
   * Begins a payment. Store `order` before the browser leaves, then send the browser to `redirect`. Throws `ORDER`, `CONFIG`, `UNSUPPORTED`, `REFUSED`,
   * `UNREACHABLE`.
   */
  start(order: Order, extra?: { card?: Card }): Promise<{ type: 'redirect'; redirect: Redirect; order: StoredOrder } | { type: 'done'; payment: Payment; order: StoredOrder }>;
  /**
   * Whatever arrived: the browser's return, a notification or a webhook. Where the message alone proves no money, the bank is asked. Throws when it is
   * forged (`SIGNATURE_INVALID`, `SIGNATURE_MISSING`, `FIELD_LIST`), damaged (`MALFORMED`, `TOO_LARGE`, `DUPLICATE_FIELD`) or about something else
   * (`ORDER_MISMATCH`, `AMOUNT_MISMATCH`, `CURRENCY_MISMATCH`, `MERCHANT_MISMATCH`, `ECHO_MISMATCH`); `ORDER` and `CONFIG` when it was called wrongly.
   * After any of them nothing is decided: leave the order as it is.
   */
  finish(order: StoredOrder, message: Message): Promise<Payment>;
  /**
   * Asks the bank what became of it: after a closed window, a lost answer, a change in doubt. It may be called as often as you like; it moves no
   * money. Where the bank cannot be reached, the answer is `pending` or `unknown`. Throws `ORDER`, `CONFIG`, `UNSUPPORTED`.
   */
  inquire(order: StoredOrder): Promise<Payment>;
  /**
   * Takes what a pre-authorisation has reserved, or less. Like `refund` and `void` it needs `claim`, an `id` of its own (1 to 36 letters,
   * digits, `-`, `_`), and an order whose stored `refs` say that there is something to take; asked again with the same id it sends nothing
   * and inquires. Store `payment.refs` with the order, except when the answer is `pending`: then nothing was sent, because another
   * change has its number, and the order is to be loaded again. If it then still knows of no other change, the process that made it has died,
   * and the newer order lies beside its claim. What is `declined` here is the change and not the payment. Throws `ORDER`, `CONFIG`,
   * `UNSUPPORTED`.
   */
  capture(order: StoredOrder, instruction: { id: string; amount: Order['amount'] }): Promise<Payment>;
  /**
   * Gives money back, all or a part: `refunded` with an `operation` means that this much was given back, and `refundedAmount` how much in all.
   * The refunds of an order, those of unknown outcome and those that the bank reports from its panel included, never exceed what was captured,
   * which is what left the card. Throws what `capture` throws.
   */
  refund(order: StoredOrder, instruction: { id: string; amount: Order['amount'] }): Promise<Payment>;
  /**
   * Undoes the whole payment, or a pre-authorisation; banks allow it until the end of the day. Where a capture is a transaction of its own,
   * undoing one takes two requests, each with its own claim: the capture is undone, then what was reserved is released. `voided` means both.
   * If only the first was done, `inquire` says `authorized`: what is reserved can be voided or captured, with a new `id`.
   * Throws what `capture` throws.
   */
  void(order: StoredOrder, instruction: { id: string }): Promise<Payment>;
  /** What happened to the order, one transaction after another, as the bank lists it. Throws `UNSUPPORTED` where the bank has no such list. */
  history(order: StoredOrder): Promise<Transaction[]>;
  /** What happened on these days. Throws `UNSUPPORTED` where the bank has no such list, `UNREACHABLE`, `REFUSED`, `TOO_LARGE` above 50 000 lines. */
  report(range: Range): Promise<Transaction[]>;
  /** Which stored order a message claims to be about. Untrusted, only for finding it; never throws. */
  peek(message: Message): { orderId: string } | { token: string } | null;
  /** Whether the card passes through your server in the configured model, so that `start` needs `{ card }`. */
  readonly takesCard: boolean;
  /** What the gateway wants to read once its notification has been dealt with. */
  readonly acknowledgement: { status: number; headers: Record<string, string>; body: string };
  /** The same account without I/O, for those who send the requests themselves. */
  readonly step: StepMachine;
}

/**
 * Checks the configuration, loudly, and returns the account. It sends nothing. Throws `CONFIG` with the field: a name that is not known (the nearest
 * one is told), a value that is missing, padded or publicly known as a test value outside of `mode: 'test'`.
 */
export function createPos(config: Config, options?: Options): Pos;

/**
 * A fresh order id that every gateway accepts: 20 letters and digits with a letter at either end, of which 98 bits are random. Throws `CONFIG` where the runtime has no source of
 * secure randomness.
 */
export function newOrderId(): string;

/**
 * The HTTP answer that hands the browser over to the bank: an escaped form with a visible button and a tiny auto-submit, never cached. With
 * `cardInputs` it is the page on which the customer types the card; no script can run there.
 * - `title` names the page, and says above the card's inputs what is being paid.
 * - `wrong` is the `field` of the `PosError` that refused a card (`card.number`, …): that input is marked and explained.
 * - `language` is the page's; default: `tr`. `nonce` is for a content security policy of your own: 16 or more characters of base64.
 *
 * Throws `ORDER` for what is no redirect of `start`.
 */
export function paymentPage(
  redirect: Redirect,
  options?: { title?: string; language?: 'tr' | 'en'; nonce?: string; wrong?: string },
): { status: number; headers: Record<string, string>; body: string };

/**
 * Which kind of refusal a `PosError` is. The codes never change; decide by them, not by the sentence.
 * - `SIGNATURE_INVALID`: the digest does not fit: a wrong key, a body that was not passed on as it arrived, or a forgery. `velopos/explain` tells which.
 * - `SIGNATURE_MISSING`: nothing shows that the message is from the bank.
 * - `FIELD_LIST`: the message brings another list of signed fields than the bank's.
 * - `MALFORMED`, `TOO_LARGE`, `DUPLICATE_FIELD`: it is not written as the bank writes.
 * - `ORDER_MISMATCH`, `AMOUNT_MISMATCH`, `CURRENCY_MISMATCH`, `MERCHANT_MISMATCH`: it is about another one than the stored order.
 * - `ECHO_MISMATCH`: something that was sent with the form came back changed.
 * - `ORDER`: the order, the card or the instruction given by you is not acceptable.
 * - `CONFIG`: the configuration is not, or `claim` is missing.
 * - `UNSUPPORTED`: this gateway or model has no such thing.
 * - `REFUSED`: the bank refused our request; `bankCode` and `bankMessage` say what it said.
 * - `UNREACHABLE`: the bank did not answer, or its answer cannot be read. Nothing was begun; try again in a while.
 * - `INTERNAL`: a fault of this package. The call had no effect.
 */
export type PosErrorCode =
  | 'SIGNATURE_INVALID' | 'SIGNATURE_MISSING' | 'MALFORMED' | 'TOO_LARGE' | 'DUPLICATE_FIELD' | 'FIELD_LIST' | 'ECHO_MISMATCH' | 'ORDER_MISMATCH'
  | 'AMOUNT_MISMATCH' | 'CURRENCY_MISMATCH' | 'MERCHANT_MISMATCH' | 'ORDER' | 'CONFIG' | 'REFUSED' | 'UNREACHABLE' | 'UNSUPPORTED' | 'INTERNAL';

/** A refusal. It never holds a secret, a card number or an expected digest. `message` is the English sentence that says what happened and what to do. */
export class PosError extends Error {
  private constructor();
  /** Always this. */
  readonly name: 'PosError';
  /** The same sentence in Turkish. */
  readonly messageTr: string;
  /** Which kind of refusal it is. */
  readonly code: PosErrorCode;
  /** The field to blame, in the caller's words or the wire's. */
  readonly field?: string;
  /** With `REFUSED`: the bank's code. */
  readonly bankCode?: string;
  /** With `REFUSED`: the bank's own words. They may hold anything: escape them. */
  readonly bankMessage?: string;
}

/**
 * The two-stage SHA-1 of the guide this project was asked to implement: lower-case hex of
 * `SHA1(transactionData + hex(SHA1(password + terminalNo)))`. İş Bankası itself signs with NestPay's hash version 3; the two stages come
 * from Garanti's older protocol.
 */
export function generateHashData(password: string, terminalNo: string, transactionData: string): string;

/** The fields of an İş Bankası callback. Nothing here is verified: show it, never decide by it. Throws `MALFORMED`, `TOO_LARGE`, `DUPLICATE_FIELD`. */
export function parseIsbankResponse(body: string | Uint8Array): { unverified: IsbankResponse };

/** What `parseIsbankResponse` read. All of it is text as it arrived; what did not come is empty. */
export interface IsbankResponse {
  /** `oid`. */
  orderId: string;
  /** `clientid`: Mağaza no. */
  merchantId: string;
  /** Decimal text, as the bank writes it. */
  amount: string;
  /** Three digits: `949` is TRY. */
  currency: string;
  /** What 3-D Secure said: 1 is full, 2 to 4 half, the rest failed. */
  mdStatus: string;
  /** `Approved`, `Declined` or `Error`. */
  response: string;
  /** `00` is an approval. */
  procReturnCode: string;
  /** Provizyon kodu. */
  authCode: string;
  /** `TransId`. */
  transactionId: string;
  /** `HostRefNum`. */
  hostReference: string;
  /** `ErrMsg`: the bank's words. */
  errorMessage: string;
  /** The card's number with most digits hidden. */
  maskedPan: string;
  /** The model, in the bank's word. */
  storeType: string;
  /** `ver3` on every terminal of today. */
  hashAlgorithm: string;
  /** Every field, by its name on the wire. */
  fields: Record<string, string>;
}

/**
 * Verifies a callback against the stored order, synchronously and without asking the bank. Throws what `finish` throws, and `UNSUPPORTED` for models in
 * which a callback proves no payment.
 */
export function validatePayment(body: Message, order: StoredOrder, merchant: NestpayMerchant | PaytrMerchant): Payment;

type Fields = Record<string, string>;

/** Formulas of NestPay's documents, names as on the wire. For signing and for tests: `finish` compares, you never do. */
export const nestpay: Readonly<{
  /** Version 3, base64. `hash`, `encoding`, `countdown` and `nationalidno` are left out of it. */
  hash(fields: Fields, storeKey: string): string;
  /** Version 1, base64, for recognising old terminals: clientid, oid, amount, okUrl, failUrl, islemtipi, taksit, rnd. */
  legacyHash(fields: Fields, storeKey: string): string;
}>;

/** Formulas of Garanti BBVA's documents (apiversion 512), upper-case hex. */
export const garanti: Readonly<{
  /** SHA-1 of the password and the terminal's number, which is padded to nine digits; part of every other digest. */
  securityData(password: string, terminalId: string): string;
  /** `secure3dhash`: terminalid, orderid, txnamount, txncurrencycode, successurl, errorurl, txntype, txninstallmentcount. */
  formHash(fields: Fields, storeKey: string, password: string): string;
  /** `HashData` of a request. `amount` is in minor units, `currencyCode` has three digits. */
  requestHash(
    fields: { orderId: string; terminalId: string; cardNumber?: string; amount: string; currencyCode?: string },
    password: string,
  ): string;
}>;

/** Formulas of POSNET's documents, base64. */
export const posnet: Readonly<{
  /** What a request proves itself with. `amount` is in minor units, `currency` the bank's two letters (`TL`), `xid` has twenty characters. */
  requestMac(fields: { xid: string; amount: string; currency: string; merchantId: string; terminalId: string }, encKey: string): string;
  /** What must stand in the bank's answer to `oosResolveMerchantData`. */
  responseMac(
    fields: { mdStatus: string; xid: string; amount: string; currency: string; merchantId: string; terminalId: string },
    encKey: string,
  ): string;
}>;

/** The formula of PayFlex's document of the common payment, base64. */
export const payflex: Readonly<{
  /** A digest that registrations may carry. The banks of today do not ask for it, and no return is signed. */
  commonPaymentHash(fields: { HostMerchantId: string; AmountCode: string; Amount: string }, password: string): string;
}>;

/** Formulas of PayTR's documents, base64. */
export const paytr: Readonly<{
  /** merchant_id, user_ip, merchant_oid, email, payment_amount, user_basket, no_installment, max_installment, currency, test_mode. */
  iframeToken(fields: Fields, merchantKey: string, merchantSalt: string): string;
  /** `hash` of a notification: merchant_oid, status, total_amount. */
  notificationHash(fields: { merchant_oid: string; status: string; total_amount: string }, merchantKey: string, merchantSalt: string): string;
  /** A link's notification: PayTR puts `callback_id`, the shop's own number, before its `merchant_oid`. */
  linkHash(fields: { callback_id: string; merchant_oid: string; status: string; total_amount: string }, merchantKey: string, merchantSalt: string): string;
  /** merchant_id, user_ip, merchant_oid, email, payment_amount (decimal text here), payment_type, installment_count, currency, test_mode, non_3d. */
  directToken(fields: Fields, merchantKey: string, merchantSalt: string): string;
  /** name, price, currency, max_installment, link_type, lang, min_count: the link of a product. */
  linkToken(fields: Fields, merchantKey: string, merchantSalt: string): string;
  /** merchant_id, start_date, end_date. */
  reportToken(fields: Fields, merchantKey: string, merchantSalt: string): string;
  /** merchant_id, merchant_oid, return_amount. */
  refundToken(fields: Fields, merchantKey: string, merchantSalt: string): string;
  /** merchant_id, merchant_oid. */
  statusToken(fields: Fields, merchantKey: string, merchantSalt: string): string;
}>;

/** A verified iyzico webhook: a signed hint to ask iyzico, never a payment. Amount and currency are not in it. */
export interface IyzicoEvent {
  /** Which of iyzico's three kinds of webhook it is. */
  format: 'direct' | 'hpp' | 'subscription';
  /** `iyziEventType`, signed. */
  eventType: string;
  /** Signed; absent in subscription events. */
  status?: string;
  /** `paymentId` (direct) or `iyziPaymentId` (hpp), signed; the digits as they stood in the text. */
  paymentId?: string;
  /** `paymentConversationId`, signed. */
  conversationId?: string;
  /** Signed; hpp only. */
  token?: string;
  /** Signed; this one and the three below in subscription events only. */
  merchantId?: string;
  /** Signed. */
  subscriptionReferenceCode?: string;
  /** Signed. */
  orderReferenceCode?: string;
  /** Signed. */
  customerReferenceCode?: string;
  /** Not signed. */
  referenceCode?: string;
  /** Not signed. */
  eventTime?: string;
}

/** Formulas of iyzico's documents. */
export const iyzico: Readonly<{
  /** The Authorization header, `IYZWSv2 …`; `body` is exactly what is sent. */
  authorization(request: { apiKey: string; secretKey: string; randomKey: string; path: string; body?: string }): string;
  /** Lower-case hex over the values joined with `:`. */
  responseSignature(values: string[], secretKey: string): string;
  /** What `X-IYZ-SIGNATURE-V3` must be for this payload: direct, hpp or subscription, by what is in it. */
  webhookSignature(payload: string, secretKey: string, merchantId?: string): string;
  /**
   * The event, or a thrown `PosError`. iyzico signs the payment's number and the conversation id without a border between them: let your
   * conversation ids begin with a letter, or digits at their beginning could be read as the number's. `finish` is not affected.
   */
  verifyWebhook(payload: string, signature: string, secretKey: string, merchantId?: string): IyzicoEvent;
}>;
