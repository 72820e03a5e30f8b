// Captures, refunds and voids in the stand-in for the package: what velopos promises about them (js-glue/index.d.ts), and a bank's books
// beside it in which money really moves. Amounts are in kuruş.

const minor = (amount) => Number(amount.replace('.', ''));
const decimal = (kurus) => (kurus / 100).toFixed(2);

/** What velopos keeps in `refs`. */
class Ledger {
  constructor(refs) {
    this.params = new URLSearchParams(refs);
    const none = { authorized: 0, captured: 0, elsewhere: 0, last: 0, entries: [] };
    Object.assign(this, none, JSON.parse(this.params.get('ledger') ?? '{}'));
  }

  get refs() {
    const { authorized, captured, elsewhere, last, entries } = this;
    this.params.set('ledger', JSON.stringify({ authorized, captured, elsewhere, last, entries }));
    return this.params.toString();
  }

  /** null when it was entered before. */
  enter(kind, id, amount, refuse) {
    if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,36}$/.test(id)) refuse('ORDER', 'id');
    const before = this.entries.find((entry) => entry.id === id);
    if (before) return before.kind === kind && (amount === undefined || before.amount === amount) ? null : refuse('ORDER', 'id');
    const has = (other) => this.entries.some((entry) => entry.kind === other);
    const limits = {
      capture: () => (this.captured || has('capture') || has('void') ? 0 : this.authorized),
      refund: () => (has('void') ? 0 : this.captured - this.sum('refund') - this.elsewhere),
      void: () => (has('void') || has('refund') || this.elsewhere ? 0 : this.captured || this.authorized),
    };
    const limit = limits[kind]();
    if (limit <= 0 || amount > limit) refuse('ORDER', limit <= 0 ? 'refs' : 'amount');
    this.last += 1;
    const entry = { number: this.last, kind, id, amount: amount ?? limit, done: false };
    this.entries.push(entry);
    return entry;
  }

  sum(kind, confirmed = false) {
    return this.entries.filter((entry) => entry.kind === kind && (entry.done || !confirmed)).reduce((sum, { amount }) => sum + amount, 0);
  }

  settle(number, made) {
    const entry = this.entries.find((each) => each.number === number);
    if (!made) this.entries = this.entries.filter((each) => each !== entry);
    else entry.done = true;
    if (made && entry.kind === 'capture') this.captured = entry.amount;
  }

  withdraw(number) {
    this.entries = this.entries.filter((entry) => entry.number !== number);
    this.last -= 1;
  }

  /** Whether a person should look. */
  learn({ status, charged, refundedAmount }, order) {
    const confirm = (kind) => this.entries.forEach((entry) => { if (entry.kind === kind) entry.done = true; });
    let told;
    if (status === 'authorized') this.authorized = minor(order.amount);
    if (status === 'paid' || status === 'refunded') {
      this.captured ||= minor(charged ?? order.amount);
      if (this.sum('capture') === this.captured) confirm('capture');
      told = refundedAmount ? minor(refundedAmount) : status === 'refunded' ? this.captured : undefined;
      const explained = this.sum('refund') + this.elsewhere;
      if ((told ?? 0) === explained) confirm('refund');
      else if ((told ?? 0) > explained) this.elsewhere = told - this.sum('refund', true);
    }
    if (status === 'voided' && this.sum('void')) confirm('void');
    else if (status === 'voided') Object.assign(this, { authorized: 0, elsewhere: this.captured - this.sum('refund') });
    const isUndone = this.sum('void', true) > 0 || (this.captured > 0 && this.sum('refund', true) + this.elsewhere >= this.captured);
    const isUnsure = !isUndone && this.entries.some(({ done }) => !done);
    return isUnsure || (told !== undefined && told !== this.sum('refund', true) + this.elsewhere);
  }
}

/** The refs of an order after an answer about the payment itself. @returns {{ refs: string, review: boolean }} */
export function learnt(order, facts) {
  const ledger = new Ledger(order.refs);
  const review = ledger.learn(facts, order);
  return { refs: ledger.refs, review };
}

/** A verb's first step: the change to claim and to send, or none when it was entered before. `refuse(code, field)` throws. */
export function entered(order, kind, { id, amount }, refuse) {
  if (kind !== 'void' && !/^\d+\.\d\d$/.test(amount ?? '')) refuse('ORDER', 'amount');
  const ledger = new Ledger(order.refs);
  const change = ledger.enter(kind, id, kind === 'void' ? undefined : minor(amount), refuse);
  return change && { change, claim: `${order.gateway}:acc:${order.mode}:${order.id}:send:change${change.number}`, order: { ...order, refs: ledger.refs } };
}

/** What velopos makes of the bank's answer to a change: 'done', 'declined', 'unknown', or 'claimed' when it was not sent. */
export function answered(sent, outcome) {
  const { change, order } = sent;
  const ledger = new Ledger(order.refs);
  if (outcome === 'claimed') ledger.withdraw(change.number);
  else if (outcome !== 'unknown') ledger.settle(change.number, outcome === 'done');
  const made = { capture: 'paid', refund: 'refunded', void: 'voided' }[change.kind];
  const status = { done: made, declined: 'declined', unknown: 'unknown', claimed: 'pending' }[outcome];
  const operation = { verb: change.kind, id: change.id, amount: decimal(change.amount) };
  const isPart = change.kind === 'capture' && decimal(change.amount) !== order.amount;
  return {
    status, operation, refs: ledger.refs, review: outcome === 'claimed',
    ...(status === 'refunded' && { refundedAmount: decimal(ledger.sum('refund', true) + ledger.elsewhere) }),
    ...(status === 'paid' && isPart && { charged: decimal(change.amount) }),
  };
}

/** A bank's books: the truth about money, by order id. */
export class Books {
  #payments = new Map();
  #seen = new Set();

  /** A payment that the bank has made. */
  has(order, status) {
    if (this.#payments.has(order.id)) return;
    const whole = minor(order.amount);
    this.#payments.set(order.id, { authorized: whole, captured: status === 'paid' ? whole : 0, refunded: 0, voided: false, changes: 0 });
  }

  of(orderId) {
    return this.#payments.get(orderId);
  }

  /** Carries a change out; false when the bank declines it. The same one again is refused as a double. */
  make(orderId, { kind, id, amount }) {
    const money = this.of(orderId);
    if (!money || money.voided || this.#seen.has(`${orderId} ${id}`)) return false;
    if (kind === 'capture' && (money.captured || amount > money.authorized)) return false;
    if (kind === 'refund' && money.refunded + amount > money.captured) return false;
    if (kind === 'void' && money.refunded) return false;
    this.#seen.add(`${orderId} ${id}`);
    money.changes += 1;
    if (kind === 'capture') money.captured = amount;
    if (kind === 'refund') money.refunded += amount;
    if (kind === 'void') money.voided = true;
    return true;
  }

  /** What the books answer to an inquiry; null while nothing has happened to the payment since it was made. */
  tell(order) {
    const money = this.of(order.id);
    if (!money || money.changes === 0) return null;
    const facts = { proof: 'reply' };
    if (money.voided) return { ...facts, status: 'voided' };
    if (!money.captured) return { ...facts, status: 'authorized' };
    const isPart = decimal(money.captured) !== order.amount && { charged: decimal(money.captured) };
    if (!money.refunded) return { ...facts, status: 'paid', ...isPart };
    const status = money.refunded === money.captured ? 'refunded' : 'paid';
    return { ...facts, status, ...isPart, refundedAmount: decimal(money.refunded) };
  }
}
