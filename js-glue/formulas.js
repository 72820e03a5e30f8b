// The formulas of the banks' documents, as functions: the core computes them.
import { PosError } from './error.js';
import { Op, call, part } from './frame.js';
import { requireObject, requireText } from './read.js';

/** One formula over `values`, whose `names` say which is wrong if one is. */
export function formula(name, values, names, body) {
  values.forEach((value, place) => requireText(value, names[place], 'ORDER'));
  return call(Op.formula, [part([name, ...values], () => ['', ...names], 'ORDER')], body).next();
}

/** A formula over a message's fields, names as on the wire; a field that is missing counts as empty. */
export function overFields(name, secretNames) {
  return (fields, ...secrets) => {
    const entries = Object.entries(requireFields(fields));
    const given = secretNames.map((_, place) => secrets[place]);
    const count = String(entries.length * 2);
    return formula(name, [count, ...entries.flat(), ...given], ['', ...entries.flatMap(([field]) => [field, field]), ...secretNames]);
  };
}

const MAX_VALUES = 32;

/** A formula over values in the caller's order. They are read by their places, whatever else the array says of itself. */
export function overValues(name, secretName) {
  return (values, secret) => {
    if (!Array.isArray(values) || values.length > MAX_VALUES) throw new PosError('ORDER', 'texts', 'values');
    const texts = [];
    for (let place = 0; place < values.length && place < MAX_VALUES; place += 1) texts.push(values[place]);
    return formula(name, [...texts, secret], [...texts.map(() => 'values'), secretName]);
  };
}

export function requireFields(fields) {
  return requireObject(fields, 'fields', 'ORDER', 'fields');
}
