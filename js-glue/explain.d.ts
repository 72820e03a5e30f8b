/**
 * `velopos/explain`: why the check of a message or of a form fails, in Turkish or English, and what to do.
 *
 * For the desk, not for the site: no HTTP function imports it. It makes the very check of `finish` again under one hypothesis after the other.
 * It decides nothing: a match under another key is a hint and never an acceptance, and there is no payment in what it returns. It tells no
 * digest and no secret; secrets and card data are masked at a fixed length.
 */
import type { Message, Order, StoredOrder } from './index.cjs';
import type { Config } from './all.cjs';

export { PosError } from './index.cjs';

/** What arrived: a text, bytes (best: nothing can be lost), or both body and headers (iyzico's webhooks are signed in a header). */
export type Captured = Message;

/** A form or a request that the bank refused, as names and values, as a redirect of `start`, or as the text that was posted: a form, JSON or XML. */
export type RefusedForm =
  | string
  | Record<string, unknown>
  | {
      /** Names and values. */
      fields: Record<string, string>;
      /** Where it is posted. */
      action?: string;
    }
  | {
      /** A request that is signed in a header: its path, which iyzico signs as well, */
      path?: string;
      /** its headers, among them iyzico's `Authorization` and `x-iyzi-rnd`, or Akbank's `auth-hash`, */
      headers: Record<string, string>;
      /** and its body, exactly as it was sent. */
      body?: string;
    };

interface Common {
  /** The configuration, as `createPos` takes it; one that `createPos` refuses is explained, too. */
  config: Config | { gateway: string; [key: string]: unknown };
  /** Other accounts, whose keys are tried: test and production are often mixed up. */
  others?: { name: string; config: Config | Record<string, unknown> }[];
  /** Default: Turkish. */
  language?: 'tr' | 'en';
}

/** The account, and one of `message`, `form` and `reply`, or the order alone: then it is about the form that the package makes of it. */
export type ExplainOptions = Common & (
  | {
    /** A return, a notification or a webhook. Without its order only the signature is looked at. */
    message: Captured;
    /** The order as it is stored. */
    order?: StoredOrder;
  }
  | {
    /** A form or request of ours that the bank refuses ("hash mismatch" on the bank's page). With the order it is compared with what `start` makes. */
    form: RefusedForm;
    order?: Order | StoredOrder;
  }
  | {
    /** The bank's answer to a request of our server. */
    reply: string | Uint8Array | { body: string | Uint8Array };
    order: StoredOrder;
  }
  | { order: Order | StoredOrder });

/**
 * How the check ends.
 * - `fits`: the check passes. Only `finish` accepts a payment.
 * - `asks`: the signature fits, but the message alone does not suffice, and `finish` asks the bank.
 * - `explained`: it fails, and a probable cause was found.
 * - `config`: the configuration itself is refused.
 * - `mismatch`: the signature fits, and the message is not about the stored order.
 * - `unsigned`: there is no signature, or one that proves nothing.
 * - `damaged`: the message is not as the bank's document has it.
 * - `forged`: the signature does not fit, and either nothing explains it, or it fits once a changed value is changed back.
 * - `refused`: the check fails for a reason that is no signature, such as an order that was never started.
 */
export type Verdict = 'fits' | 'asks' | 'explained' | 'config' | 'mismatch' | 'unsigned' | 'damaged' | 'forged' | 'refused';

/**
 * What was found, in one word; docs/explain.md has the table of what each of them means. A key: `space-in-secret`, `test-key-in-production`,
 * `signed-with-test-key`, `wrong-secret`, `same-secret`, `other-account`, `mistyped-secret`. A body: `captured-text` to `charset-lost`. A form:
 * `field-added` to `url-differs`. A stored order: `order-differs` and all that end in `-mismatch`. A forgery: `value-changed`, `forged`.
 */
export type CauseId =
  | 'space-in-secret' | 'test-key-in-production' | 'signed-with-test-key' | 'wrong-secret' | 'same-secret' | 'other-account' | 'mistyped-secret'
  | 'captured-text' | 'decoded-body' | 'encoded-twice' | 'escaped-html' | 'json-body' | 'body-changed' | 'charset' | 'charset-lost'
  | 'field-added' | 'field-missing' | 'wrong-sort' | 'ver1' | 'ver1-form' | 'wrong-storetype' | 'wrong-terminal' | 'amount-text' | 'amount-differs'
  | 'url-slash' | 'url-differs' | 'form-value' | 'order-differs' | 'signed-path' | 'value-changed' | 'nothing-signed' | 'forged' | 'form-unexplained'
  | 'signed-without-key' | 'unknown-digest' | 'key-in-return' | 'secret-differs' | 'other-start'
  | 'order-mismatch' | 'amount-mismatch' | 'currency-mismatch' | 'merchant-mismatch' | 'echo-mismatch';

/** Why it may fail, and what to do. */
export interface Cause {
  /** Which one. */
  id: CauseId;
  /** Tried, and it made the difference (or it is plain to see). `false`: worth a look. */
  probable: boolean;
  /** What happened. */
  title: string;
  /** What to do, in the words of the bank's panel. */
  whatToDo: string;
  /** What shows it: the field, what came in it, what fits; the panel's name of a key. Never a secret, never a digest. */
  evidence: { field?: string; given?: string; fits?: string; panel?: string; other?: string; account?: string; keyFits?: string };
}

/** What was hashed, in the order in which it was. */
export interface Hashed {
  /** The digest that is made of the text. */
  algorithm: 'SHA-1' | 'SHA-256' | 'SHA-512' | 'HMAC-SHA256' | 'HMAC-SHA512';
  /** The exact text; `••••••••` stands for a secret or a value of a card. */
  text: string;
  /** The same, value by value. */
  parts: { name: string; value: string; masked: boolean }[];
}

/** What `explain` found. There is never a payment in it. */
export interface Explanation {
  /** How the check ends. */
  verdict: Verdict;
  /** The code of the `PosError` that `createPos` or `finish` throws; `null` if they throw none. */
  code: string | null;
  /** The field that differs. */
  field?: string;
  /** What was hashed; empty where nothing is signed. */
  plaintext: Hashed[];
  /** The likeliest first. */
  causes: Cause[];
  /** What only the bank can tell: to look up in its panel, or to ask its support. */
  look: string[];
  /** All of it in a few lines, for people. */
  text: string;
}

/** Says why a check fails, synchronously and without the network. Throws a `PosError` only where it was called wrongly: `ORDER` or `CONFIG` with the field. */
export function explain(options: ExplainOptions): Explanation;
