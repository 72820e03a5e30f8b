// velopos/explain has one function, which takes everything.
import { hostedReturn } from '../gate/nestpay.js';
import { isbank, isbankLive, order } from '../shop.js';

/** @param {any} explained the entry @param {any} velopos the main one, which makes what is explained */
export function explainSurface({ explain }, { createPos }) {
  const { step } = createPos(isbank);
  const started = step.start(order);
  const asked = step.ask(started.order, 'inquire');
  const others = [{ name: 'live', config: isbankLive }];
  const forged = hostedReturn(started.redirect.fields).replace('149.90', '1.00');
  const given = [
    { config: isbank, message: forged, order: started.order, others, language: 'en' },
    { config: isbank, message: { body: forged, headers: { a: 'b' } } },
    { config: isbank, form: { fields: started.redirect.fields, action: started.redirect.action }, order },
    { config: isbank, form: 'a=1&b=2' },
    { config: isbank, reply: { body: '<CC5Response/>' }, order: asked.order },
    { config: isbank, order },
  ];
  const explanation = () => JSON.stringify(explain(given[0]));
  const right = explanation();
  return {
    calls: given.map((options, place) => ({ name: `explain, ${place}`, call: explain, args: [options] })),
    isRight: () => (explanation() === right ? null : 'the same question is explained otherwise'),
  };
}
