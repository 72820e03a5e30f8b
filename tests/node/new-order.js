// A fresh order of the shop on this machine, and the order as the shop stores it after an answer.
import { newOrderId } from 'velopos';
import { order } from './shop.js';

const here = 'http://localhost:8480/_functions';
export const urls = { ok: `${here}/payment3DSuccess/8f2k`, fail: `${here}/payment3DFail/8f2k` };

export const newOrder = (changes) => ({ ...order, id: newOrderId(), urls, ...changes });
export const keep = (stored, { refs }) => ({ ...stored, refs });
