// Vakıf Katılım: a plain form, and what BOA signs of it.
import { laboratoryOf, plainForm } from '../boa.js';

export const name = 'vakifkatilim';
export const build = laboratoryOf(name, plainForm);
