// The simulated banks without a network: a request of the package becomes a call, and the answer comes back as the package wants it.
import { createCourier } from '../../banks/courier.js';

export const SHOP = 'https://shop.example';

/** A moment at which all the banks' clocks stand still, so that nothing expires while millions of forgeries are tried. */
export const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);

/** What every simulated bank is made with. Nothing is delivered by itself: the laboratory carries the messages. */
export function options(dice) {
  const courier = createCourier({ deliver: async () => new Response('OK'), now: () => NOW, shopOrigin: SHOP });
  return { courier, now: () => NOW, random: (count) => dice.bytes(count), mount: '' };
}

/** The addresses of PayFlex's older installations, and those of Kuveyt Türk, begin with folders that the simulated banks do not have. */
const pathOf = ({ pathname }) => pathname.replace(/^\/v4(?=\/)/, '').replace('/UIWebService/', '/UIService/')
  .replace(/^\/(?:ServiceGateWay|boa\.virtualpos\.services)(?=\/Home\/)/, '').replace(/^\/BOA\.Integration\.WCFService\/BOA\.Integration\.VirtualPos(?=\/)/, '');

/** @param {{ handle: Function }} bank @returns what came back, or that nothing did */
export async function ask(bank, { method, url, headers, body }) {
  const target = new URL(url);
  const request = {
    method, path: pathOf(target), query: target.searchParams, body: Buffer.from(body ?? '', 'utf8'), origin: target.origin,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
  const answer = await bank.handle(request);
  if (answer.destroy) return { lost: 'network' };
  return { status: answer.status, body: typeof answer.body === 'string' ? answer.body : new Uint8Array(answer.body) };
}

/** Follows a step to its end, asking the bank on the way. `moved`: our own server asked for money. */
export async function follow(pos, step, bank, before = () => {}, after = () => {}) {
  let moved = false;
  for (let hop = 0; step.type === 'send' && hop < 8; hop += 1) {
    before(step);
    moved ||= step.moves;
    const answer = await ask(bank, step.request);
    after(step, answer);
    step = pos.step.reply(step.order, step.then, answer);
  }
  return { step, moved };
}

/** Starts a payment, asking the bank where that is needed. @returns the redirect, and the order as it is stored */
export async function begin(shop, order, extra) {
  const { step } = await follow(shop.pos, shop.pos.step.start(order, extra), shop.bank);
  return step;
}
