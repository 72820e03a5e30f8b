// The site's clock may be set ahead, so that nobody has to wait two minutes to see what a job does with a payment that is two
// minutes old.

const RealDate = Date;
let ahead = 0;

export function setClock(aheadMs) {
  ahead = aheadMs;
}

const now = () => RealDate.now() + ahead;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
