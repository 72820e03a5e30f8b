// The page that sends the customer to the bank: it works without script, carries values unchanged, and lets nothing else happen.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPos, paymentPage } from 'velopos';
import { refuses } from './outcome.js';
import { isbank, order } from './shop.js';

const { redirect } = createPos(isbank).step.start(order);
const header = (page, name) => new Headers(page.headers).get(name);
const unescape = (text) => text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (_, code) => {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return named[code] ?? String.fromCodePoint(code[1]?.toLowerCase() === 'x' ? parseInt(code.slice(2), 16) : Number(code.slice(1)));
});

/** Reads the page as a browser would: the form's action and its hidden inputs. Attribute values must be quoted and hold no quote. */
function formIn(html) {
  const tagsNamed = (name) => [...html.matchAll(new RegExp(`<${name}\\b((?:\\s+[a-z-]+(?:="[^"<>]*")?)*)\\s*/?>`, 'gi'))]
    .map(([, text]) => Object.fromEntries([...text.matchAll(/([a-z-]+)(?:="([^"]*)")?/gi)].map(([, key, value = '']) => [key.toLowerCase(), unescape(value)])));
  const hidden = tagsNamed('input').filter(({ type }) => type === 'hidden');
  return { form: tagsNamed('form')[0], fields: Object.fromEntries(hidden.map(({ name, value }) => [name, value])), count: hidden.length };
}

describe('a form', () => {
  const page = paymentPage(redirect);
  test('arrives at the bank exactly as it was signed', () => {
    const { form, fields, count } = formIn(page.body);
    assert.equal(form.action, redirect.action);
    assert.equal(form.method.toLowerCase(), 'post');
    assert.deepEqual(fields, redirect.fields);
    assert.equal(count, Object.keys(redirect.fields).length);
  });
  test('values that HTML would change are escaped', () => {
    const awkward = { kind: 'form', action: redirect.action, fields: { a: '<script>alert(1)</script>', b: '"><img src=x onerror=alert(1)>', c: "'&amp;'", d: 'ğüşıöç İ', e: '</form>', f: 'x\\|y', g: '' } };
    const { body } = paymentPage(awkward);
    assert.deepEqual(formIn(body).fields, awkward.fields);
    assert.ok(!/<img|<script>alert|<\/form>.*<\/form>/s.test(body));
  });
  test('names are escaped too', () => {
    const { body } = paymentPage({ kind: 'form', action: redirect.action, fields: { 'a"><b x="': '1' } });
    assert.ok(!body.includes('"><b'));
  });
  test('has a button that a person can press, with no name that the bank would hash', () => {
    const button = page.body.match(/<button(?![^>]*type="?(?:button|reset))[^>]*>[^<]{3,}<\/button>|<input[^>]*type="?submit[^>]*>/i)[0];
    assert.doesNotMatch(button, /\sname=/i);
    assert.doesNotMatch(button, /hidden|display:\s*none/i);
  });
  test('is a web page that nobody stores', () => {
    assert.equal(page.status, 200);
    assert.match(header(page, 'content-type'), /^text\/html;\s*charset=utf-8$/i);
    assert.match(header(page, 'cache-control'), /no-store/);
    assert.match(page.body, /^<!doctype html>/i);
    assert.match(header(page, 'x-content-type-options') ?? 'nosniff', /nosniff/);
  });
  test('may run one script, and load nothing', () => {
    const policy = Object.fromEntries(header(page, 'content-security-policy').split(';').map((part) => part.trim().split(/\s+/)).map(([name, ...values]) => [name, values]));
    assert.deepEqual(policy['default-src'], ["'none'"]);
    // Browsers hold form-action against every redirection that follows, and a bank's gate forwards to the bank of the card: any https, or none.
    for (const target of policy['form-action'] ?? []) assert.match(target, /^https:/);
    assert.deepEqual(policy['base-uri'], ["'none'"]);
    assert.deepEqual(policy['frame-ancestors'], ["'none'"]);
    assert.ok(policy['script-src'].every((source) => /^'(sha256|sha384|sha512|nonce)-/.test(source)), policy['script-src']?.join(' '));
    assert.ok(!header(page, 'content-security-policy').includes('unsafe'));
  });
  test('the policy allows the script that is there', async () => {
    const scripts = [...page.body.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/gi)];
    assert.equal(scripts.length, 1);
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(scripts[0][1]).digest('base64');
    const nonce = scripts[0][0].match(/nonce="([^"]+)"/)?.[1];
    const policy = header(page, 'content-security-policy');
    assert.ok(policy.includes(`'sha256-${hash}'`) || (nonce && policy.includes(`'nonce-${nonce}'`)));
    assert.ok(scripts[0][1].length < 200);
    assert.doesNotMatch(scripts[0][1], /\beval\b|innerHTML|document\.write/);
  });
  test('no inline handler', () => assert.doesNotMatch(page.body, /\son[a-z]+\s*=/i));
  test('takes a nonce, a title and a language', () => {
    const made = paymentPage(redirect, { nonce: 'r4nd0mN0nceOf24Letters00', title: 'Ödeme <b>', language: 'en' });
    assert.ok(header(made, 'content-security-policy').includes("'nonce-r4nd0mN0nceOf24Letters00'"));
    assert.match(made.body, /nonce="r4nd0mN0nceOf24Letters00"/);
    assert.match(made.body, /<title>Ödeme &(lt|#60|#x3c);b(&(gt|#62|#x3e);|>)<\/title>/i);
    assert.match(made.body, /<html[^>]*lang="?en/);
    assert.match(paymentPage(redirect).body, /<html[^>]*lang="?tr/);
    assert.notEqual(made.body.match(/<button[^>]*>([^<]*)/)?.[1] ?? '1', paymentPage(redirect).body.match(/<button[^>]*>([^<]*)/)?.[1] ?? '2');
  });
  test('a nonce cannot rewrite the policy', () => {
    for (const nonce of ["x' 'unsafe-inline", 'x; script-src *', 'a b', '"', '<', 'ş', 'x\r\nX-Evil: 1', '']) refuses(() => paymentPage(redirect, { nonce }), ['CONFIG', 'MALFORMED', 'ORDER'], /nonce/);
  });
  test('a language that is not there, or that is markup, is not written into the page', () => {
    for (const language of ['de', '"><script>', '__proto__', 'constructor']) {
      try {
        assert.match(paymentPage(redirect, { language }).body, /<html[^>]*lang="?(tr|en)"?/);
      } catch (error) {
        assert.match(String(error.code), /^(CONFIG|MALFORMED|ORDER)$/, error.stack);
      }
    }
  });
});

describe('a form in which the customer types the card', () => {
  const redirect = {
    kind: 'form', action: 'https://bank.example/gate', fields: { orderid: 'A1', amount: '100' },
    cardInputs: { number: 'cardnumber', month: 'cardexpiredatemonth', year: 'cardexpiredateyear', cvv: 'cardcvv2' },
  };
  test('labelled inputs under the names of the bank, without a script that sends it', () => {
    const { body, headers } = paymentPage(redirect, { language: 'tr' });
    for (const name of Object.values(redirect.cardInputs)) assert.match(body, new RegExp(`<label>[^<]+<input name="${name}" required autocomplete="cc-`));
    assert.match(body, /<input type="hidden" name="orderid" value="A1">/);
    assert.doesNotMatch(body, /<script|cc-name|placeholder="[^"]*"[^>]*type="hidden"/);
    assert.equal(headers['Cache-Control'], 'no-store');
    assert.match(paymentPage(redirect, { language: 'en' }).body, /Card number/);
  });
  test('no script can run on it', () => {
    const policy = header(paymentPage(redirect), 'content-security-policy');
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /script-src/);
  });
  test('every input says what it takes; the one that was refused is marked, and no other', () => {
    const { body } = paymentPage(redirect, { language: 'tr', wrong: 'card.month' });
    for (const name of Object.values(redirect.cardInputs)) assert.match(body, new RegExp(`name="${name}"[^>]* title="([^"]+)"[^>]*><small>\\1</small>`));
    assert.deepEqual([...body.matchAll(/name="([^"]*)"[^>]* aria-invalid="true" autofocus/g)].map(([, name]) => name), ['cardexpiredatemonth']);
    for (const wrong of [undefined, 'card', 'card.', 'card.holder', 'amount', 7, '"><b>', {}]) {
      assert.doesNotMatch(paymentPage(redirect, { wrong }).body, /aria-invalid=|autofocus|"><b>/);
    }
  });
  test('says what is being paid, if it is told', () => {
    assert.match(paymentPage(redirect, { title: 'Fincan <6>: 149,90 TL' }).body, /<p>Fincan &#60;6&#62;: 149,90 TL<\/p>/);
    assert.doesNotMatch(paymentPage(redirect).body, /<p>/);
  });
  test('the holder is asked for where the bank wants a name, and names are escaped', () => {
    const { body } = paymentPage({ ...redirect, cardInputs: { ...redirect.cardInputs, holder: 'na"me>' } });
    assert.match(body, /name="na&#34;me&#62;" required autocomplete="cc-name"/);
  });
});

describe('an address', () => {
  const to = { kind: 'url', url: 'https://www.paytr.com/odeme/guvenli/28cc613c3d76?a=1&b=2' };
  test('is gone to, by redirection or by a page that works without script', () => {
    const page = paymentPage(to);
    if (page.status === 303 || page.status === 302) return assert.equal(header(page, 'location'), to.url);
    assert.equal(page.status, 200);
    assert.ok(page.body.includes('https://www.paytr.com/odeme/guvenli/28cc613c3d76?a=1&amp;b=2'));
    assert.match(header(page, 'cache-control'), /no-store/);
  });
});

describe('what is no redirect', () => {
  test('addresses that a browser must not be sent to', () => {
    for (const address of ['javascript:alert(1)', 'data:text/html,x', 'http://evil.example/', '//evil.example/', '/relative', '', 'https://user:pass@evil.example/', 'vbscript:x', ' javascript:alert(1)', 'java\nscript:alert(1)', 'http://127.0.0.1.evil.example/', 7, null, undefined, {}]) {
      refuses(() => paymentPage({ kind: 'form', action: address, fields: {} }), ['MALFORMED', 'CONFIG', 'ORDER'], /action|redirect/);
      refuses(() => paymentPage({ kind: 'url', url: address }), ['MALFORMED', 'CONFIG', 'ORDER'], /url|redirect/);
    }
  });
  test('the same on a Node that has no URL.canParse (18)', () => {
    const { canParse } = URL;
    URL.canParse = undefined;
    try {
      for (const address of ['', 'x', '/relative', 'javascript:alert(1)']) refuses(() => paymentPage({ kind: 'url', url: address }), ['MALFORMED', 'CONFIG', 'ORDER']);
      assert.ok(paymentPage(redirect).body);
    } finally {
      URL.canParse = canParse;
    }
  });
  test('line breaks cannot become headers', () => {
    let page;
    try {
      page = paymentPage({ kind: 'url', url: 'https://www.paytr.com/\r\nSet-Cookie: a=b' });
    } catch {
      return;
    }
    assert.doesNotMatch(JSON.stringify(Object.values(page.headers)), /\\[rn]/);
  });
  test('the simulated bank of this machine is allowed', () => assert.equal(paymentPage({ ...redirect, action: 'http://127.0.0.1:8481/nestpay/fim/est3Dgate' }).status, 200));
  test('shapes', () => {
    for (const wrong of [undefined, null, {}, [], 'https://evil.example', { kind: 'html', html: '<b>' }, { kind: 'form' }, { kind: 'form', action: redirect.action }, { kind: 'form', action: redirect.action, fields: null }, { kind: 'form', action: redirect.action, fields: { a: Symbol('x') } }]) {
      refuses(() => paymentPage(wrong), ['MALFORMED', 'CONFIG', 'ORDER']);
    }
  });
});
