// The NestPay peer as one file of a site would hold it, with `node:crypto` and nothing else: for the cold start.
import { createHash } from 'node:crypto';
import { nestpay as peer } from './nestpay.js';

const hash = (algorithm, text, encoding) => createHash(algorithm).update(text).digest(encoding);

export const nestpay = (account) => peer(account, { hash });
