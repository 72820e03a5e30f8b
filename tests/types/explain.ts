// What may be asked of velopos/explain, and what comes back.
import type { Config, StoredOrder } from 'velopos';
import { explain, PosError, type Cause, type Explanation, type Verdict } from 'velopos/explain';

declare const config: Config;
declare const order: StoredOrder;

export const explained: Explanation = explain({ config, order, message: 'a=1' });
export const others: Explanation = explain({ config, message: { body: new Uint8Array(1), headers: { 'x-iyz-signature-v3': '' } }, others: [{ name: 'test', config }], language: 'en' });
export const form: Verdict = explain({ config, form: { clientid: '1', amount: '149.90' } }).verdict;
export const reply: string | null = explain({ config, order, reply: '<xml/>' }).code;
export const own: string = explain({ config, order }).text;
export const first: Cause | undefined = explained.causes[0];
export const shown: string[] = explained.plaintext.flatMap(({ parts }) => parts.map(({ name, value }) => `${name}=${value}`));
export const isOurs = (error: unknown): boolean => error instanceof PosError;

// @ts-expect-error a reply belongs to an order
explain({ config, reply: '<xml/>' });
// @ts-expect-error there are two languages
explain({ config, message: '', language: 'de' });
// @ts-expect-error an explanation is never a payment
export const payment = explained.payment;
// @ts-expect-error and tells no digest
export const digest = explained.plaintext[0].digest;
