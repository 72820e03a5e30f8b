// The formulas of the banks' documents, as functions: the core computes them.
import { PosError } from './error.js';
import { Op, call, part } from './frame.js';
import { requireObject, requireText } from './read.js';

const none = () => [];

/** One formula over `values`, whose `names` say which is wrong if one is. */
export function formula(name, values, names, body) {
  values.forEach((value, place) => requireText(value, names[place], 'ORDER'));
  return call(Op.formula, [part([name], none, 'ORDER'), part(values, () => names, 'ORDER')], body)[1];
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

/** One formula over texts in the caller's order. */
export function overTexts(name, secretName) {
  return (values, secret) => {
    if (!Array.isArray(values) || values.length > 32) throw new PosError('ORDER', 'texts', 'values');
    return formula(name, [...values, secret], [...values.map(() => 'values'), secretName]);
  };
}

export function requireFields(fields) {
  return requireObject(fields, 'fields', 'ORDER', 'fields');
}
