// Kuveyt Türk: a document inside a field, and what BOA signs of it.
import { document, laboratoryOf } from '../boa.js';

export const name = 'kuveytturk';
export const build = laboratoryOf(name, document);
