// The rules by which the package believes, and how each is taken out: a small edit of the sources, after which at least one forgery must be
// believed. Where a rule stands behind another one, both go (`edits` holds every wall, and `says` names them): a single wall that nobody can
// see fall is worth keeping and cannot be shown. The invariants are numbered as in SECURITY.md. `unseen` says why a rule shows in no belief, and what shows it instead.

/** @typedef {{ file: string, find: string, put: string }} Edit  `find` stands exactly once in the file */
/** @typedef {{ name: string, invariant: string, kept: string, says: string, tricks: string, only: string[], edits?: Edit[], unseen?: string }} Rule */

const NESTPAY = 'src/gateway/nestpay.rs';
const GARANTI = 'src/gateway/garanti.rs';
const POSNET = 'src/gateway/posnet.rs';
const PAYFLEX = 'src/gateway/payflex.rs';
const PAYTR = 'src/gateway/paytr.rs';
const IYZICO = 'src/gateway/iyzico.rs';
const PAYFOR = 'src/gateway/payfor.rs';
const INTERPOS = 'src/gateway/interpos.rs';
const AKBANK = 'src/gateway/akbank.rs';
const TOSLA = 'src/gateway/tosla.rs';
const MOKA = 'src/gateway/moka.rs';
const BOA = 'src/gateway/boa.rs';
const POSNETV1 = 'src/gateway/posnetv1.rs';
const GATEWAYS = 'src/gateway/mod.rs';
const PAYMENT = 'src/payment.rs';
const ACCOUNT = 'src/account.rs';

/** A condition that refuses never holds any more. */
const off = (file, condition) => ({ file, find: `if ${condition} {`, put: `if false && (${condition}) {` });
/** A function that answers at once. */
const answers = (file, signature, answer) => ({ file, find: signature, put: `${signature}\n    if true {\n        return ${answer};\n    }` });
const swap = (file, find, put) => ({ file, find, put });

const CLAIM_ORDER = off(PAYMENT, 'self.order_id.is_some_and(|id| id != order.id)');
const CLAIM_AMOUNT = off(PAYMENT, 'self.amount.is_some_and(|amount| amount != expected)');
const CLAIM_CURRENCY = off(PAYMENT, 'self.currency.is_some_and(|currency| currency != order.currency)');
/** Of the texts that NestPay hands back, these need not be the stored ones. */
const echoless = (...names) => swap(
  NESTPAY, 'Some(value) => is_same(value, text.as_bytes()),',
  `Some(value) => [${names.map((each) => `"${each}"`).join(', ')}].iter().any(|each| each == name) || is_same(value, text.as_bytes()),`
);
const ADDRESSES = ['okUrl', 'failUrl', 'callbackUrl'];

/** @type {Rule[]} */
export const rules = [
  // ---- 1: nothing without the stored order
  {
    name: 'nestpay-order', invariant: '1', kept: 'nestpay.rs same_payment, echoes_hold; payment.rs Claim', only: ['nestpay'],
    says: 'The order that a callback names is the stored one. Three walls: same_payment, the claim, the echoes.',
    tricks: 'sent elsewhere: a paid order\'s return for one of the same price',
    edits: [swap(NESTPAY, '.filter(|oid| *oid == order.id)', '.filter(|_| true)'), CLAIM_ORDER, echoless('oid', ...ADDRESSES)],
  },
  {
    name: 'nestpay-amount', invariant: '1', kept: 'nestpay.rs same_payment, echoes_hold; payment.rs Claim', only: ['nestpay'],
    says: 'The amount of a callback is the stored one. Three walls, as for the order.',
    tricks: 'sent elsewhere: the old form of an order whose basket grew',
    edits: [swap(NESTPAY, '.filter(|amount| *amount == order.amount)', '.filter(|_| true)'), CLAIM_AMOUNT, echoless('amount')],
  },
  {
    name: 'nestpay-currency', invariant: '1', kept: 'nestpay.rs same_payment, echoes_hold; payment.rs Claim', only: ['nestpay'],
    says: 'The currency of a callback is the stored one. Three walls, as for the order.',
    tricks: 'sent elsewhere: the old form of an order that changed its currency',
    edits: [swap(NESTPAY, '.filter(|currency| *currency == order.currency)', '.filter(|_| true)'), CLAIM_CURRENCY, echoless('currency')],
  },
  {
    name: 'nestpay-merchant', invariant: '1', kept: 'nestpay.rs same_payment, echoes_hold', only: ['nestpay'],
    says: 'The merchant number is the configured one. Two walls: same_payment, the echoes.',
    tricks: 'sent elsewhere: the return of a sister shop with the same key and order number',
    edits: [off(NESTPAY, 'form.ascii("clientid")? != Some(account.id())'), echoless('clientid')],
  },
  {
    name: 'nestpay-type', invariant: '1', kept: 'nestpay.rs echoes_hold', only: ['nestpay'],
    says: 'Sale or pre-authorisation is what was stored.',
    tricks: 'sent elsewhere: the old form of an order that became a pre-authorisation',
    edits: [echoless('TranType')],
  },
  {
    name: 'nestpay-reply-order', invariant: '1', kept: 'payment.rs Claim', only: ['nestpay'],
    says: 'An answer of the bank names our order.',
    tricks: 'another order\'s answer',
    edits: [CLAIM_ORDER],
  },
  {
    name: 'reply-amount', invariant: '1', kept: 'payment.rs Claim', only: ['nestpay', 'garanti', 'payflex', 'paytr'],
    says: 'An answer of the bank names our amount.',
    tricks: 'the old form of an order whose basket grew, then an inquiry',
    edits: [CLAIM_AMOUNT],
  },
  {
    name: 'garanti-order', invariant: '1', kept: 'garanti.rs callback, Answered::read; payment.rs Claim', only: ['garanti'],
    says: 'The order that a return and an answer name is the stored one. Three walls; the question is asked about the stored order besides.',
    tricks: 'sent elsewhere; another order\'s answer',
    edits: [off(GARANTI, 'callback.order_id != order.id'), off(GARANTI, 'answer.order_id != order_id'), CLAIM_ORDER],
  },
  {
    name: 'posnet-order', invariant: '1', kept: 'posnet.rs resolve_reply (values, and the MAC over them)', only: ['posnet'],
    says: 'XID, amount, currency and instalments in the packets are the stored order\'s. Two walls: value by value, and the MAC.',
    tricks: 'the packets of another payment, at a bank that trusts the shop',
    edits: [off(POSNET, 'leaf(name)? != ours'), off(POSNET, 'signed.verify(cx.account, md_status, given).is_none()')],
  },
  {
    name: 'posnet-books', invariant: '1', kept: 'posnet.rs read_lines', only: ['posnet'],
    says: 'A list of transactions is our order\'s.',
    tricks: 'another order\'s answer',
    edits: [off(POSNET, '!named.strip_suffix(xid).is_some_and(|prefix| PREFIXES.contains(&prefix))')],
  },
  {
    name: 'payflex-order', invariant: '1, 7', kept: 'payflex.rs query_reply, provision_reply, search_reply; payment.rs Claim', only: ['payflex'],
    says: 'An answer is about our transaction and order. Several walls: token, transaction, order.',
    tricks: 'another order\'s answer',
    edits: [
      off(PAYFLEX, 'told.is_about_another(stored(order, TRANSACTION)?)'), CLAIM_ORDER, off(
        PAYFLEX, '!token.is_empty() && token != stored(order, TOKEN)?'
      ),
      swap(PAYFLEX, 'let is_ours = transaction == stored(order, TRANSACTION)?;', 'let is_ours = transaction != "\\u{0}";'),
    ],
  },
  {
    name: 'paytr-order', invariant: '1', kept: 'paytr.rs callback; payment.rs Claim', only: ['paytr'],
    says: 'The order that a notification names is the stored one. Two walls.',
    tricks: 'sent elsewhere',
    edits: [off(PAYTR, 'notification.order_id() != order.id'), CLAIM_ORDER],
  },
  {
    name: 'paytr-amount', invariant: '1', kept: 'payment.rs Order::charged', only: ['paytr'],
    says: 'The total is the stored amount.',
    tricks: 'sent elsewhere: an order whose basket grew; the address takes a digit of the amount',
    edits: [swap(
      PAYMENT, 'Ordering::Greater if self.installment_limit() > 1 => Ok(Some(total)),', 'Ordering::Less | Ordering::Greater => Ok(None),'
    )],
  },
  {
    name: 'paytr-interest', invariant: '1', kept: 'payment.rs Order::charged', only: ['paytr'],
    says: 'More than the amount only where the stored order allowed instalments.',
    tricks: 'sent elsewhere: an order that became cheaper',
    edits: [swap(PAYMENT, 'Ordering::Greater if self.installment_limit() > 1 => Ok(Some(total)),', 'Ordering::Greater => Ok(Some(total)),')],
  },
  {
    name: 'iyzico-order', invariant: '1, 7', kept: 'iyzico.rs retrieved, detailed, provision_reply; payment.rs Claim', only: ['iyzico'],
    says: 'An answer is about our token or payment number and our basket. Several walls: number, conversation, basket.',
    tricks: 'another order\'s answer',
    edits: [
      swap(IYZICO, 'must_be(object, TOKEN, stored(order, TOKEN)?)?;\n    must_be(object, CONVERSATION_ID, order.id)?;', ''),
      swap(IYZICO, 'must_be(object, PAYMENT_ID, id)?;\n    if_told(object, CONVERSATION_ID, order.id)?;\n    outcome', 'outcome'), CLAIM_ORDER,
    ],
  },

  {
    name: 'garanti-provision', invariant: '1', kept: 'garanti.rs provision', only: ['garanti'],
    says: 'What our own server asks for is the stored amount, never one of the return.',
    tricks: 'edit what nobody signs',
    edits: [swap(
      GARANTI, 'authentication: Some([("AuthenticationCode", callback.cavv)',
      'amount: form.ascii("txnamount")?.unwrap_or_default().kept(),\n        authentication: Some([("AuthenticationCode", callback.cavv)'
    )],
  },

  // ---- 2: a final status has a proof
  {
    name: 'nestpay-digest', invariant: '2', kept: 'nestpay.rs verify', only: ['nestpay'],
    says: 'The HASH is the digest of what came.',
    tricks: 'change a decision',
    edits: [swap(NESTPAY, 'crypto::compare(&digest, given, Written::Base64)', 'crypto::compare(&digest, &crypto::base64(&digest), Written::Base64)')],
  },
  {
    name: 'nestpay-no-digest', invariant: '2', kept: 'nestpay.rs verify', only: ['nestpay'],
    says: 'Without a HASH nothing is believed. Two walls: the question whether there is one, and the comparison of what is not there.',
    tricks: 'no digest; an empty digest',
    edits: [
      off(NESTPAY, 'given.is_empty()'),
      swap(
        NESTPAY, 'crypto::compare(&digest, given, Written::Base64)',
        'if given.is_empty() { crypto::compare(&digest, &crypto::base64(&digest), Written::Base64) } else { crypto::compare(&digest, given, Written::Base64) }'
      ),
    ],
  },
  {
    name: 'garanti-digest', invariant: '2', kept: 'garanti.rs Callback::verify', only: ['garanti'],
    says: 'The hash is the digest of what came.',
    tricks: 'change a decision',
    edits: [swap(
      GARANTI, 'crypto::compare(&digest(&values, &[store_key.reveal()]), given, Written::Hex)',
      '{ let ours = digest(&values, &[store_key.reveal()]); crypto::compare(&ours, &crypto::hex(&ours), Written::Hex) }'
    )],
  },
  {
    name: 'paytr-digest', invariant: '2', kept: 'paytr.rs Notification::verify', only: ['paytr'],
    says: 'The hash is the digest of what came.',
    tricks: 'change a decision',
    edits: [swap(PAYTR, 'crypto::compare(&ours, given, Written::Base64)', 'crypto::compare(&ours, &crypto::base64(&ours), Written::Base64)')],
  },
  {
    name: 'iyzico-return-digest', invariant: '2', kept: 'iyzico.rs authenticated', only: ['iyzico'],
    says: 'The signature of a return from 3-D Secure is the digest of what came.',
    tricks: 'change a decision',
    edits: [swap(
      IYZICO, 'crypto::compare(&response_digest(joined_by(":", &values), cx.account.secret("secretKey")), given, Written::Hex)',
      '{ let ours = response_digest(joined_by(":", &values), cx.account.secret("secretKey")); crypto::compare(&ours, &crypto::hex(&ours), Written::Hex) }'
    )],
  },
  {
    name: 'iyzico-answer-digest', invariant: '2', kept: 'iyzico.rs is_signed', only: ['iyzico'],
    says: 'The signature of an answer is the digest of what came.',
    tricks: 'another value under the signature',
    edits: [off(IYZICO, 'crypto::compare(&response_digest(&text, cx.account.secret("secretKey")), given, Written::Hex).is_some()')].map((edit) => ({
      ...edit, put: edit.put.replace('false &&', 'true ||'),
    })),
  },
  {
    name: 'iyzico-webhook-digest', invariant: '2', kept: 'iyzico.rs verify', only: ['iyzico'],
    says: 'The signature of a webhook is the digest of what came.',
    tricks: 'change a member',
    edits: [swap(
      IYZICO, 'crypto::compare(&signed.digest(secret), given, Written::Hex)',
      '{ let ours = signed.digest(secret); crypto::compare(&ours, &crypto::hex(&ours), Written::Hex) }'
    )],
  },
  {
    name: 'posnet-provision-mac', invariant: '2', kept: 'posnet.rs provision_reply', only: ['posnet'],
    says: 'The MAC of the answer to the provision covers our order and amount.',
    tricks: 'another order\'s answer',
    edits: [swap(POSNET, 'let is_covered = !reference.is_empty() &&', 'let is_covered = true || !reference.is_empty() &&')],
  },

  // ---- 3: authentication is no payment, and a signature without the amount proves none
  {
    name: 'garanti-return-is-no-payment', invariant: '3', kept: 'garanti.rs settle', only: ['garanti'],
    says: 'An approval that does not sign the amount is a question.',
    tricks: 'sent elsewhere: an order whose basket grew',
    edits: [swap(
      GARANTI, '        // Even if the authentication is not good enough for us, the money may be gone: never `declined`.\n',
      '        if true {\n            let claim = Claim { order_id: Some(callback.order_id), amount: Some(order.amount), currency: None };\n            return Ok(Step::done(Payment::succeeded(Proof::<OfMoney>::by_signature(verified, claim, order)?, order, Facts::default())));\n        }\n'
    )],
  },
  {
    name: 'nestpay-authentication-is-no-payment', invariant: '3', kept: 'nestpay.rs settle_authentication', only: ['nestpay'],
    says: 'In 3d and 3d_host a return only authenticates.',
    tricks: 'any genuine authentication',
    edits: [swap(
      NESTPAY, '    require_api(cx.account)?;\n    let authenticated = ',
      '    if true {\n        return Ok(Step::done(Payment::succeeded(Proof::<OfMoney>::by_signature(verified, claim, order)?, order, Facts::default())));\n    }\n    require_api(cx.account)?;\n    let authenticated = '
    )],
  },
  {
    name: 'iyzico-authentication-is-no-payment', invariant: '3', kept: 'iyzico.rs authenticated', only: ['iyzico'],
    says: 'A return from 3-D Secure leads to our own request for the money.',
    tricks: 'any genuine authentication',
    edits: [swap(
      IYZICO, '=> Ok(provision(cx, order, id, md_status)),',
      '=> Ok(Step::done(Payment::succeeded(Proof::<OfMoney>::by_signature(verified, Claim { amount: Some(order.amount), ..claim }, order)?, order, Facts::default()))),'
    )],
  },
  {
    name: 'unsigned-return-is-no-payment', invariant: '3', kept: 'payment.rs Proof', only: [],
    says: 'PayFlex\'s and POSNET\'s returns, iyzico\'s token and webhooks carry no proof of money.',
    tricks: 'make it say approved',
    unseen: 'the compiler keeps it: without a Verified or a Reply there is no Proof, and nobody else can make one (compile_fail in payment.rs and crypto.rs)',
  },

  // ---- 4: an approval without the 3-D Secure that the shop wants
  {
    name: 'approval-is-no-decline', invariant: '4', kept: 'nestpay.rs settle_charge', only: ['nestpay'],
    says: 'A signed approval whose mdStatus we do not accept is an inquiry, never a decline.',
    tricks: 'sent elsewhere, or any harmless change: the card approved-without-3ds',
    edits: [swap(
      NESTPAY, 'return inquiry_or_pending(cx, order, form, Note::MerchantLiable);',
      'return Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_signature(verified, claim, order)?, outcome.decline(form), facts)));'
    )],
  },
  {
    name: 'approval-needs-3ds', invariant: '4', kept: 'nestpay.rs settle_charge', only: ['nestpay'],
    says: 'Money without the 3-D Secure that the shop wants is marked for a person.',
    tricks: 'any harmless change: the card approved-without-3ds',
    edits: [swap(NESTPAY, 'if !cx.account.three_ds.accepts(outcome.md_status) {\n            // The money', 'if false {\n            // The money')],
  },
  {
    name: 'nestpay-3ds', invariant: '4', kept: 'nestpay.rs settle_authentication', only: ['nestpay'],
    says: 'In 3d and 3d_host our own server asks for no money without the 3-D Secure that the shop wants.',
    tricks: 'any harmless change: the card 3ds-attempt, which the bank charges',
    edits: [swap(NESTPAY, 'if !cx.account.three_ds.accepts(outcome.md_status) {\n        let proof', 'if false {\n        let proof')],
  },
  {
    name: 'posnet-3ds', invariant: '4', kept: 'posnet.rs resolve_reply', only: ['posnet'],
    says: 'Our own server asks for no money without the 3-D Secure that the shop wants.',
    tricks: 'any harmless change: the card 3ds-failed, which the bank charges',
    edits: [off(POSNET, 'contradicts || !cx.account.three_ds.accepts(md_status)')],
  },

  // ---- 5: ver3 signs values and not names; the list of signed fields is ours
  {
    name: 'echoes', invariant: '5', kept: 'nestpay.rs echoes_hold', only: ['nestpay'],
    says: 'What we sent comes back under its own names with the same text, and the pins stand nowhere else.',
    tricks: 'relabel; sent elsewhere',
    edits: [swap(
      NESTPAY, 'came_back && PINS.iter().all(|pin| stands_alone(pin))',
      'came_back || !came_back || PINS.iter().all(|pin| stands_alone(pin))'
    )],
  },
  {
    name: 'decision-windows', invariant: '5', kept: 'nestpay.rs decision_windows_hold', only: ['nestpay'],
    says: 'Between the pins nothing but the decisions looks like one.',
    tricks: 'relabel; a value moves to a decision',
    edits: [swap(NESTPAY, '    before.iter().all(|field|', '    true || before.iter().all(|field|')],
  },
  {
    name: 'no-other-verdict', invariant: '5', kept: 'nestpay.rs no_other_verdict', only: ['nestpay'],
    says: 'The verdict of a failure stands under no other name.',
    tricks: 'relabel of a refusal that a gate signed over all that it was sent',
    edits: [swap(NESTPAY, '_ => !matches!(field.value, [b\'5\'..=b\'9\'] | b"Declined" | b"Error"),', '_ => true,')],
  },
  {
    name: 'contradiction', invariant: '5', kept: 'nestpay.rs contradicts_itself', only: ['nestpay'],
    says: 'A code of success without an approval, or the other way round, decides nothing. The windows stand before it.',
    tricks: 'relabel',
    unseen: 'behind the windows, in which no field of the bank but these two can hold `00` or `Approved`; shown by tests/rust/nestpay_callback.rs',
  },
  {
    name: 'garanti-list', invariant: '5', kept: 'garanti.rs Callback::verify', only: ['garanti'],
    says: 'The list of signed fields is ours. Two walls: the message\'s list must be ours letter by letter, and it is not used anyway.',
    tricks: 'the list of signed fields',
    edits: [
      off(GARANTI, 'form.ascii("hashparams")? != Some(HASH_PARAMS)'),
      swap(
        GARANTI, 'crypto::compare(&digest(&values, &[store_key.reveal()]), given, Written::Hex)',
        '{ let listed: Vec<&str> = form.ascii("hashparams")?.unwrap_or_default().split(\':\').filter(|name| !name.is_empty()).map(|name| form.value(name).and_then(|value| core::str::from_utf8(value).ok()).unwrap_or_default()).collect(); crypto::compare(&digest(&listed, &[store_key.reveal()]), given, Written::Hex) }'
      ),
    ],
  },
  {
    name: 'garanti-formats', invariant: '5', kept: 'garanti.rs Callback::fault', only: ['garanti'],
    says: 'Strict formats leave one reading of the undelimited text.',
    tricks: 'read the text anew; a shift between neighbours',
    edits: [swap(GARANTI, '        fault.or(word)', '        fault.or(word).filter(|_| false)')],
  },
  {
    name: 'garanti-failure', invariant: '5', kept: 'garanti.rs settle', only: ['garanti'],
    says: 'A failure counts only where the digest of the order\'s own form came back with it.',
    tricks: 'sent elsewhere: a failure that the bank signed for a number with digits of the amount behind it',
    edits: [swap(GARANTI, 'if is_first && came_back && (', 'if is_first && (came_back || !came_back) && (')],
  },
  {
    name: 'paytr-border', invariant: '5', kept: 'paytr.rs callback, is_canonical; payment.rs charged', only: ['paytr'],
    says: 'The border between status and total is where PayTR put it: closed words, canonical digits.',
    tricks: 'move the border of status and total',
    edits: [
      swap(PAYTR, 'match notification.status {', 'match if notification.status.starts_with("success") { "success" } else { notification.status } {'),
      off(PAYTR, '!is_canonical(notification.total)'),
    ],
  },
  {
    name: 'paytr-number', invariant: '5', kept: 'paytr.rs check_order', only: ['paytr'],
    says: 'For direct payment order numbers have one length, so that no e-mail address lengthens one.',
    tricks: 'sent elsewhere: SIPARIS1 and 2m@… are SIPARIS12 and m@…',
    edits: [off(PAYTR, 'order.model != "iframe" && (order.id.len() != FIXED_ID || !first.is_some_and(u8::is_ascii_uppercase))')],
  },
  {
    name: 'iyzico-lists', invariant: '5', kept: 'iyzico.rs listed', only: ['iyzico'],
    says: 'Event types and statuses are iyzico\'s own words.',
    tricks: 'webhook: move the borders',
    edits: [answers(IYZICO, 'fn listed(field: &\'static str, word: &str, lists: &[&[&str]]) -> Result<()> {', 'Ok(())')],
  },
  {
    name: 'iyzico-numbers', invariant: '5', kept: 'iyzico.rs is_number', only: ['iyzico'],
    says: 'Payment numbers are digits without a leading zero.',
    tricks: 'webhook: move the borders',
    edits: [answers(IYZICO, 'fn is_number(text: &str) -> bool {', '!text.is_empty()')],
  },
  {
    name: 'iyzico-uuids', invariant: '5', kept: 'iyzico.rs is_uuid', only: ['iyzico'],
    says: 'Tokens and references are UUIDs.',
    tricks: 'webhook: move the borders',
    edits: [answers(IYZICO, 'fn is_uuid(text: &str) -> bool {', '!text.is_empty()')],
  },
  {
    name: 'iyzico-conversation', invariant: '5', kept: 'iyzico.rs is_clear', only: ['iyzico'],
    says: 'Without an order a conversation id must be told from its neighbours.',
    tricks: 'webhook: move the borders; told as another kind',
    edits: [answers(IYZICO, 'fn is_clear(event: &Event, order_id: Option<&str>) -> bool {', 'true')],
  },

  // ---- 6: names are unique, decisions are ASCII, what is not signed decides nothing
  {
    name: 'xml-twice', invariant: '6', kept: 'xml.rs only', only: ['nestpay', 'payflex', 'posnet', 'garanti'],
    says: 'An element that occurs twice is refused.',
    tricks: 'whispered words',
    edits: [off('src/wire/xml.rs', 'self.next_at(top, path, found + 1).is_some()')],
  },
  {
    name: 'xml-leaf', invariant: '6', kept: 'xml.rs text', only: ['vakifkatilim', 'kuveytturk'],
    says: 'An element that holds others is no text, and none that was left out. Two walls: an answer that names no order is asked about.',
    tricks: 'a damaged answer; another order\'s answer',
    edits: [
      swap('src/wire/xml.rs', 'let Some(leaf) = leaf else { return Err(Error::new(Why::NotAsDocumented, path.kept())) };', 'let Some(leaf) = leaf else { return Ok(None) };'),
      swap(BOA, '!told.id.is_empty() && (told.hash.is_empty() || is_signed)', 'told.hash.is_empty() || is_signed'),
    ],
  },
  {
    name: 'json-twice', invariant: '6', kept: 'json.rs members', only: ['payflex', 'paytr', 'iyzico'],
    says: 'A key that occurs twice is refused.',
    tricks: 'whispered members',
    edits: [off('src/wire/json.rs', '!names.is_new(members.len(), mark(name.as_bytes()), &mut is_earlier)')],
  },
  {
    name: 'form-twice', invariant: '6', kept: 'form.rs Form::parse', only: ['nestpay', 'garanti', 'paytr', 'iyzico', 'payflex', 'posnet'],
    says: 'A name that occurs twice, in whatever case, is refused.',
    tricks: 'send a field twice',
    unseen: 'digest and decision read the same first field of a name, so a second one fools nobody here; it would fool another reader of the same message. Shown by tests/rust (form.rs) and the codes DUPLICATE_FIELD of the laboratory',
  },
  {
    name: 'json-lookalikes', invariant: '6', kept: 'iyzico.rs refuse_lookalikes', only: ['iyzico'],
    says: 'Two keys that differ in case are refused.',
    tricks: 'a key twice, in another case',
    unseen: 'names are compared exactly, so the other spelling is read by nobody here. Shown by the codes DUPLICATE_FIELD of the laboratory and tests/node/iyzico-webhook.test.js',
  },
  {
    name: 'ascii', invariant: '6', kept: 'form.rs ascii', only: ['nestpay'],
    says: 'What decides is printable ASCII.',
    tricks: 'letters beyond ASCII in a value; the other charset',
    unseen: 'decisions are compared with ASCII words byte by byte besides. Shown by the codes MALFORMED of the laboratory and the tests of form.rs',
  },

  {
    name: 'xml-place', invariant: '6', kept: 'xml.rs lies_at', only: ['nestpay', 'payflex', 'posnet', 'garanti'],
    says: 'Text counts at its own place only, not inside another element, a comment, CDATA or an entity.',
    tricks: 'whispered words',
    unseen: 'behind xml-twice: what is whispered stands beside the bank\'s own element, and two of them are refused. Shown by the tests of xml.rs',
  },
  {
    name: 'escaping', invariant: '6', kept: 'nestpay.rs escape', only: ['nestpay'],
    says: 'A line inside a value is no border between two.',
    tricks: 'a value that breaks out',
    unseen: 'without it no digest of a bank fits any more where a line or a backslash occurs; shown by the vectors of tests/node/vectors.test.js',
  },
  {
    name: 'hmac', invariant: '2', kept: 'crypto.rs hmac_sha256', only: ['iyzico', 'paytr'],
    says: 'A secret in front of the text is no key: HMAC, so that a digest cannot be made longer.',
    tricks: 'a digest made longer',
    unseen: 'the padding that a longer text has to hold (0x80 and zeros) is refused by every field that counts: they are printable ASCII, and JSON is UTF-8. Shown by the vectors of the formulas',
  },

  // ---- 7: what identifies a payment is what start stored
  {
    name: 'iyzico-token', invariant: '7', kept: 'iyzico.rs returned, retrieved; payment.rs Claim', only: ['iyzico'],
    says: 'The token of a return is the stored one, which is asked about. Walls: the comparison, the stored token in the question, the answer\'s token, its basket.',
    tricks: 'sent elsewhere; the token of another payment',
    edits: [
      swap(
        IYZICO, 'given if given == token => inquiry(cx, order),',
        'given if given != "\\u{0}" || given == token => Ok(post(cx, "/payment/iyzipos/checkoutform/auth/ecom/detail", Effect::Reads, body(order, order.id, &[(TOKEN, given)]), "retrieve")),'
      ),
      swap(IYZICO, 'must_be(object, TOKEN, stored(order, TOKEN)?)?;', ''), CLAIM_ORDER,
    ],
  },
  {
    name: 'iyzico-payment', invariant: '7', kept: 'iyzico.rs authenticated; payment.rs Claim', only: ['iyzico'],
    says: 'A return from 3-D Secure names the stored payment and order. Two walls.',
    tricks: 'sent elsewhere: a stranger\'s signed failure',
    edits: [off(IYZICO, 'payment != id && !(payment.is_empty() && status == "failure")'), CLAIM_ORDER],
  },
  {
    name: 'payflex-numbers', invariant: '7', kept: 'payflex.rs authentication', only: ['payflex'],
    says: 'A return names the random numbers of this order.',
    tricks: 'sent elsewhere: a stranger\'s return makes our server ask for money',
    edits: [off(PAYFLEX, 'value(field)? != stored(order, name)?')],
  },
  {
    name: 'iyzico-webhook-order', invariant: '7', kept: 'iyzico.rs is_about', only: ['iyzico'],
    says: 'A webhook names the stored order, token and payment.',
    tricks: 'sent elsewhere',
    unseen: 'a webhook only makes us ask, and we ask about the stored number: without this rule strangers could make us ask, and nothing more. Shown by tests/node/iyzico-webhook.test.js',
  },

  // ---- 8: a request that moves money
  {
    name: 'lost-answer', invariant: '8', kept: 'mod.rs reply', only: ['posnet', 'nestpay', 'payflex', 'garanti', 'iyzico'],
    says: 'After our server has asked for money, an answer that is lost or cannot be read is `unknown`, and no error after which somebody might ask again.',
    tricks: 'no answer; half an answer; another status',
    edits: [swap(GATEWAYS, '(Err(error), Effect::MovesMoney) => {', '(Err(error), Effect::MovesMoney) if effect == Effect::Reads => {')],
  },
  {
    name: 'claim-number', invariant: '8', kept: 'mod.rs ask, ledger.rs enter', only: ['changes'],
    says: 'A change is numbered before it is sent, and claimed by its number: of two from the same stored order one is sent.',
    tricks: 'refunds from old copies of the order',
    edits: [swap(
      'src/frame.rs', 'key(account, order, &["send", gateway::claimed_by(send)])',
      'key(account, order, &["send", gateway::claimed_by(send), send.body])'
    )],
  },
  {
    name: 'sum-of-refunds', invariant: '9', kept: 'ledger.rs refundable', only: ['changes'],
    says: 'Refunds never exceed what was captured, unknown ones counted.',
    tricks: 'refunds one after another, from old copies of the order, with lost answers',
    edits: [swap(
      'src/ledger.rs', 'Some(amount) if amount.minor() <= left => Ok(amount),',
      'Some(amount) if amount.minor() <= left.max(u64::MAX) => Ok(amount),'
    )],
  },
  {
    name: 'unknown-refunds-count', invariant: '9', kept: 'ledger.rs refunds', only: ['changes'],
    says: 'A void follows no refund, whether that is confirmed or not.',
    tricks: 'a void after a refund whose answer was lost',
    edits: [swap(
      'src/ledger.rs', 'if self.has(Kind::Void) || self.has(Kind::Refund) || self.elsewhere > 0 {',
      'if self.has(Kind::Void) || self.elsewhere > 0 {'
    )],
  },
  {
    name: 'capture-within-reserve', invariant: '9', kept: 'ledger.rs capturable', only: ['changes'],
    says: 'No more is captured than was reserved, and once.',
    tricks: 'captures of more, or again',
    edits: [swap(
      'src/ledger.rs', 'Some(amount) if amount <= authorized => Ok(amount),',
      'Some(amount) if amount <= authorized || amount > authorized => Ok(amount),'
    )],
  },

  // ---- 10 and 11
  {
    name: 'dedupe-key', invariant: '10', kept: 'frame.rs dedupe_key', only: ['nestpay'],
    says: 'The key by which a payment is booked once is the same whichever road brought the news.',
    tricks: 'every one that ends in something final',
    edits: [swap('src/frame.rs', 'None => key(account, order, &[kind]),', 'None => key(account, order, &[kind, payment.proof()]),')],
  },
  {
    name: 'no-oracle', invariant: '11', kept: 'crypto.rs compare, the gateways\' errors', only: ['paytr'],
    says: 'The digest that a message should have had is in no error.',
    tricks: 'every one with a wrong digest',
    edits: [swap(PAYTR, 'Error::new(Why::PaytrHash, "hash")', 'Error::new(Why::PaytrHash, "hash").with_bank("", crypto::base64(&ours))')],
  },
  {
    name: 'constant-time', invariant: '11', kept: 'crypto.rs compare', only: [],
    says: 'Digests are compared in constant time, and secrets are wiped.',
    tricks: '',
    unseen: 'time and memory show in no belief: measured elsewhere (tests/wasm/residue.rs)',
  },

  // ---- 12 to 14
  {
    name: 'status-200', invariant: '12', kept: 'mod.rs reply', only: ['nestpay', 'garanti', 'posnet', 'payflex', 'paytr', 'iyzico'],
    says: 'An answer that is not status 200 is none.',
    tricks: 'another status',
    edits: [swap(
      GATEWAYS, 'Answer::Received { status: 200, body } => cx.account.spec.gateway.reply(',
      'Answer::Received { status: _, body } => cx.account.spec.gateway.reply('
    )],
  },
  {
    name: 'public-keys', invariant: '12', kept: 'account.rs from_config', only: ['configuration'],
    says: 'Test keys that everybody knows are refused in production.',
    tricks: 'a key that everybody knows',
    edits: [swap(ACCOUNT, 'let public = mode == Mode::Production &&', 'let public = false && mode == Mode::Production &&')],
  },
  {
    name: 'endpoints', invariant: '12', kept: 'account.rs check_endpoint', only: ['configuration'],
    says: 'Addresses are https, and on the gateway\'s own hosts.',
    tricks: 'an address of somebody else',
    edits: [answers(ACCOUNT, 'fn check_endpoint(name: &str, address: &str, mode: Mode, own_hosts: &[&str]) -> Result<()> {', 'Ok(())')],
  },
  {
    name: 'production-by-default', invariant: '12', kept: 'account.rs from_config', only: ['configuration'],
    says: 'Without a mode it is production.',
    tricks: 'every configuration without a mode',
    edits: [swap(
      ACCOUNT, 'None | Some("production") => Mode::Production,',
      'None => Mode::Test,\n            Some("production") => Mode::Production,'
    )],
  },
  {
    name: 'bank-page', invariant: '13', kept: 'iyzico.rs authentication_begun, html.rs check_action', only: ['iyzico', 'payflex'],
    says: 'The browser is sent to an absolute https address without user name.',
    tricks: 'another page',
    edits: [answers('src/wire/html.rs', 'pub fn check_action(action: &str, allow_loopback: bool) -> Result<()> {', 'Ok(())')],
  },
  {
    name: 'no-switch', invariant: '14', kept: 'account.rs refuse_unknown_keys', only: ['configuration'],
    says: 'An unknown key is refused, so that nobody believes to have switched something.',
    tricks: 'a switch',
    edits: [answers(ACCOUNT, 'fn refuse_unknown_keys(pairs: &[(&str, &str)], spec: &Spec) -> Result<()> {', 'Ok(())')],
  },

  // ---- the banks of `velopos/all`
  {
    name: 'payfor-order', invariant: '1', kept: 'payfor.rs inquiry_reply', only: ['payfor'],
    says: 'The order that an inquiry names is the stored one.',
    tricks: 'another order\'s answer',
    edits: [swap(PAYFOR, 'named if named != order.id => return', 'named if named == "\\u{0}" => return')],
  },
  {
    name: 'payfor-amount', invariant: '1', kept: 'payfor.rs Row::claim', only: ['payfor'],
    says: 'The amount that an inquiry names is the stored one.',
    tricks: 'sent elsewhere: an order whose basket grew',
    edits: [swap(PAYFOR, 'amount: Some(self.amount).filter(|_| !is_capture)', 'amount: Some(self.amount).filter(|_| is_capture && !is_capture)')],
  },
  {
    name: 'payfor-currency', invariant: '1', kept: 'payfor.rs Row::claim', only: ['payfor'],
    says: 'The currency that an inquiry names is the stored one.',
    tricks: 'a form whose currency the customer has changed, which its digest leaves out',
    edits: [swap(PAYFOR, 'currency: Some(self.currency) }', 'currency: Some(self.currency).filter(|_| false) }')],
  },
  {
    name: 'payfor-type', invariant: '1', kept: 'payfor.rs settle', only: ['payfor'],
    says: 'Sale or pre-authorisation is what was stored.',
    tricks: 'sent elsewhere: a sale that became a pre-authorisation',
    edits: [off(PAYFOR, 'row.kind != transaction_type(order) && !(is_capture && reserves)')],
  },
  {
    name: 'payfor-digest', invariant: '2', kept: 'payfor.rs Returned::verify', only: ['payfor'],
    says: 'How 3-D Secure ended is believed of a return only where the digest fits.',
    tricks: 'an authentication of this visit, where the bank\'s books do not tell',
    edits: [swap(
      PAYFOR, 'crypto::compare(&digest(&pieces), form.ascii("ResponseHash")?.unwrap_or_default(), Written::Base64)',
      'crypto::compare(&digest(&pieces), crypto::base64(&digest(&pieces)), Written::Base64)'
    )],
  },
  {
    name: 'payfor-visit', invariant: '3', kept: 'payfor.rs authenticated', only: ['payfor'],
    says: 'Before our own server asks for money, the inquiry shows that the visit has the stored amount and currency.',
    tricks: 'a form whose currency the customer has changed',
    edits: [swap(
      PAYFOR, 'let proof = Proof::<OfOutcome>::by_reply(reply, row.claim(order), order)?;\n    let order = &Order',
      'let proof = Proof::<OfOutcome>::by_reply(reply, Claim { order_id: None, amount: None, currency: None }, order)?;\n    let order = &Order'
    )],
  },
  {
    name: 'payfor-3ds', invariant: '4', kept: 'payfor.rs authenticated, learned', only: ['payfor'],
    says: 'Our own server asks for no money without the 3-D Secure that the shop wants. Two walls: the question itself, and the mark for a person.',
    tricks: 'any harmless change: the card 3ds-attempt',
    edits: [
      swap(PAYFOR, '_ if accepts(cx, order) && is_visit(guid) =>', '_ if is_visit(guid) =>'),
      swap(PAYFOR, 'review: installments != order.installments || !cx.account.three_ds.accepts(known.md_status)', 'review: installments != order.installments'),
    ],
  },
  {
    name: 'interpos-digest', invariant: '2', kept: 'interpos.rs Returned::verify', only: ['interpos'],
    says: 'The HASH is the digest of what came.',
    tricks: 'change a decision',
    edits: [swap(
      INTERPOS, 'crypto::compare(&crypto::sha1(&[signed.as_bytes()]), given, Written::Base64)',
      '{ let _ = given; let ours = crypto::sha1(&[signed.as_bytes()]); crypto::compare(&ours, crypto::base64(&ours), Written::Base64) }'
    )],
  },
  {
    name: 'interpos-password', invariant: '2', kept: 'interpos.rs Returned::verify', only: ['interpos'],
    says: 'What is signed without the password is not signed.',
    tricks: 'signed with nothing',
    edits: [swap(
      INTERPOS, 'compare(&values).or_else(|| compare(&plain)) else',
      'compare(&values).or_else(|| compare(&plain)).or_else(|| crypto::compare(&digest(&values), given, Written::Base64)) else'
    )],
  },
  {
    name: 'interpos-list', invariant: '5', kept: 'interpos.rs Returned::verify', only: ['interpos'],
    says: 'The list of signed fields is ours. Two walls: the message\'s list must be ours letter by letter, and it is not used anyway.',
    tricks: 'the list of signed fields',
    edits: [
      swap(INTERPOS, ' && form.ascii("HASHPARAMS")? == Some(HASH_PARAMS)', ''),
      swap(
        INTERPOS, 'let signed = joined(&[joined(values), account.merchant("merchantPass")]);',
        'let names = form.ascii("HASHPARAMS").ok().flatten().unwrap_or_default();\n            let listed: Vec<&str> = names.split(\':\').filter(|name| !name.is_empty()).map(|name| form.value(name).and_then(|value| core::str::from_utf8(value).ok()).unwrap_or_default()).collect();\n            let signed = joined(&[if values.is_empty() { "" } else { joined(&listed) }, account.merchant("merchantPass")]);'
      ),
    ],
  },
  {
    name: 'interpos-amount', invariant: '1', kept: 'interpos.rs Returned::claim', only: ['interpos'],
    says: 'The amount of a return is the stored one.',
    tricks: 'sent elsewhere: an order whose basket grew',
    edits: [swap(INTERPOS, 'Ok(Claim { order_id: Some(self.order_id), amount: Some(amount),', 'Ok(Claim { order_id: Some(self.order_id), amount: Some(if amount == order.amount { amount } else { order.amount }),')],
  },
  {
    name: 'interpos-currency', invariant: '1', kept: 'interpos.rs Returned::claim', only: ['interpos'],
    says: 'The currency of a return is the stored one. Two walls.',
    tricks: 'a form whose currency the customer has changed',
    edits: [
      off(INTERPOS, 'currency != order.currency'),
      swap(INTERPOS, 'amount: Some(amount), currency: Some(currency) })', 'amount: Some(amount), currency: Some(currency).filter(|_| false) })'),
    ],
  },
  {
    name: 'interpos-nameless-currency', invariant: '1', kept: 'interpos.rs settled', only: ['interpos'],
    says: 'Money that the inquiry alone has proven, which names no currency, is for a person to look at.',
    tricks: 'a form whose currency the customer has changed, and a return without its digest',
    edits: [swap(INTERPOS, 'let is_known = ', 'let is_known = true || ')],
  },
  {
    name: 'interpos-inquiry-order', invariant: '1', kept: 'interpos.rs Answer::check_named', only: ['interpos'],
    says: 'An answer names our order, where it names one.',
    tricks: 'another order\'s answer',
    edits: [swap(INTERPOS, 'if is_banks || ours.contains(&named) {', 'if is_banks || ours.contains(&named) || !named.is_empty() {')],
  },
  {
    name: 'interpos-3ds', invariant: '4', kept: 'interpos.rs settle', only: ['interpos'],
    says: 'Our own server asks for no money without the 3-D Secure that the shop wants.',
    tricks: 'any harmless change: the card 3ds-attempt',
    edits: [swap(INTERPOS, '"" if authenticated && accepted && order.model == "3dmodel" && is_first', '"" if authenticated && order.model == "3dmodel" && is_first')],
  },
  {
    name: 'interpos-twice', invariant: '6', kept: 'interpos.rs Answer::read', only: ['interpos'],
    says: 'A name that comes twice makes an answer unreadable: the customer\'s own name stands in it.',
    tricks: 'the name on the card',
    edits: [off(INTERPOS, 'other.eq_ignore_ascii_case(name)')],
  },
  {
    name: 'interpos-full-number', invariant: '5', kept: 'interpos.rs settle', only: ['interpos'],
    says: 'A return decides only about orders with a full number: a shorter one the customer can make out of his own and some digits of the amount.',
    tricks: 'sent elsewhere: a failure that the bank has signed for somebody else\'s number',
    edits: [swap(INTERPOS, '_ if !order.has_full_id() =>', '_ if order.id.is_empty() =>')],
  },
  {
    name: 'akbank-digest', invariant: '2', kept: 'akbank.rs verify', only: ['akbank'],
    says: 'The hash is the digest of what came.',
    tricks: 'change a decision',
    edits: [swap(AKBANK, 'crypto::compare(&ours, given, Written::Base64).ok_or_else', 'crypto::compare(&ours, crypto::base64(&ours), Written::Base64).ok_or_else')],
  },
  {
    name: 'akbank-list', invariant: '5', kept: 'akbank.rs verify', only: ['akbank'],
    says: 'The list of signed fields is one of the bank\'s, for the kind of return that it is.',
    tricks: 'the list of signed fields',
    edits: [swap(AKBANK, 'let kind = kind.ok_or_else(|| Error::new(Why::OtherFieldList, "hashParams"))?;', 'let kind = kind.unwrap_or(Returned::Authenticated);')],
  },
  {
    name: 'akbank-order', invariant: '1', kept: 'akbank.rs callback', only: ['akbank'],
    says: 'The order that a return names is the stored one.',
    tricks: 'sent elsewhere',
    edits: [off(AKBANK, 'value(&form, "orderId")? != order.id')],
  },
  {
    name: 'akbank-charged-is-no-proof', invariant: '3', kept: 'akbank.rs callback', only: ['akbank'],
    says: 'A return after a charge, which signs no amount, is a question.',
    tricks: 'sent elsewhere: an order whose basket grew',
    edits: [swap(
      AKBANK, '_ => Ok(history_request(cx, order, "inquiry")),\n        }\n    }\n\n    fn ask',
      'Returned::Charged if value(&form, "responseCode")? == APPROVED => Ok(Step::done(Payment::succeeded(Proof::<OfMoney>::by_signature(verified, Claim { order_id: Some(order.id), amount: Some(order.amount), currency: None }, order)?, order, Facts::default()))),\n            _ => Ok(history_request(cx, order, "inquiry")),\n        }\n    }\n\n    fn ask'
    )],
  },
  {
    name: 'akbank-3ds', invariant: '4', kept: 'akbank.rs authenticated', only: ['akbank'],
    says: 'Our own server asks for no money without the 3-D Secure that the shop wants.',
    tricks: 'any harmless change: the card 3ds-attempt',
    edits: [off(AKBANK, '!cx.account.three_ds.accepts(md_status)')],
  },
  {
    name: 'akbank-books-order', invariant: '1', kept: 'akbank.rs list', only: ['akbank'],
    says: 'A history is our order\'s.',
    tricks: 'another order\'s answer',
    edits: [swap(AKBANK, 'Some(order) if id == order.id => id,', 'Some(order) => order.id.kept(),')],
  },
  {
    name: 'akbank-books-amount', invariant: '1', kept: 'akbank.rs settle', only: ['akbank'],
    says: 'The amount of a history is the stored one.',
    tricks: 'sent elsewhere: an order whose basket grew',
    edits: [swap(AKBANK, 'amount: Some(amount).filter(|_| !is_part), currency: Some(currency) }', 'amount: Some(amount).filter(|_| is_part), currency: Some(currency) }')],
  },
  {
    name: 'akbank-books-currency', invariant: '1', kept: 'akbank.rs settle', only: ['akbank'],
    says: 'The currency of a history is the stored one.',
    tricks: 'sent elsewhere: an order that changed its currency',
    edits: [swap(AKBANK, 'amount: Some(amount).filter(|_| !is_part), currency: Some(currency) }', 'amount: Some(amount).filter(|_| !is_part), currency: Some(currency).filter(|_| false) }')],
  },
  {
    name: 'tosla-digest', invariant: '2', kept: 'tosla.rs returned', only: ['tosla'],
    says: 'How 3-D Secure ended is believed of a return only where the hash fits.',
    tricks: 'better authenticated',
    edits: [off(TOSLA, 'crypto::compare(&ours, given, Written::Base64).is_none()')],
  },
  {
    name: 'tosla-list', invariant: '5', kept: 'tosla.rs returned', only: ['tosla'],
    says: 'The list of signed fields is ours. Two walls: the message\'s list must be ours letter by letter, and it is not used anyway.',
    tricks: 'the list of signed fields',
    edits: [
      off(TOSLA, 'names != SIGNED'),
      swap(
        TOSLA, 'if crypto::compare(&ours, given, Written::Base64).is_none() {',
        'let listed: Vec<&str> = names.split(\',\').map(|name| if name == "ApiUser" { account.merchant("apiUser") } else { form.value(name).and_then(|value| core::str::from_utf8(value).ok()).unwrap_or_default() }).collect();\n    let ours = if names == SIGNED { ours } else { hash(account.secret("apiPass"), &listed) };\n    if crypto::compare(&ours, given, Written::Base64).is_none() {'
      ),
    ],
  },
  {
    name: 'tosla-order', invariant: '1', kept: 'tosla.rs returned', only: ['tosla'],
    says: 'The order that a return names is the stored one.',
    tricks: 'sent elsewhere: a better authentication',
    edits: [off(TOSLA, 'order_id != order.id')],
  },
  {
    name: 'tosla-formats', invariant: '5', kept: 'tosla.rs returned', only: ['tosla'],
    says: 'Strict formats leave one reading of the undelimited text. Three walls: the code\'s format, its agreement with the status, and no digit in the words.',
    tricks: 'read it as one would like: the order whose number has a better mdStatus behind it',
    edits: [
      off(TOSLA, '!plain || !is_digits(bank_code.trim_start_matches("MD:"))'), off(TOSLA, 'status != if bank_code == "00" { "1" } else { "0" }'),
      swap(TOSLA, 'let is_clear = bank_code == "00" && !message.iter().any(u8::is_ascii_digit);', 'let is_clear = true;'),
    ],
  },
  {
    name: 'tosla-books-order', invariant: '1', kept: 'tosla.rs settle; payment.rs Claim', only: ['tosla'],
    says: 'An inquiry names our order. Two walls.',
    tricks: 'another order\'s answer',
    edits: [off(TOSLA, 'named != order.id'), CLAIM_ORDER],
  },
  {
    name: 'tosla-books-amount', invariant: '1', kept: 'tosla.rs settle', only: ['tosla'],
    says: 'The amount of an inquiry is the stored one.',
    tricks: 'sent elsewhere: an order whose basket grew',
    edits: [swap(TOSLA, 'Claim { order_id: Some(named), amount: Some(amount), currency: Some(currency) }', 'Claim { order_id: Some(named), amount: Some(amount).filter(|_| false), currency: Some(currency) }')],
  },
  {
    name: 'tosla-books-type', invariant: '1', kept: 'tosla.rs settle', only: ['tosla'],
    says: 'Sale or pre-authorisation is what was stored.',
    tricks: 'sent elsewhere: a sale that became a pre-authorisation',
    edits: [off(TOSLA, '!is_kind || bank_code != "00"')],
  },
  {
    name: 'moka-word', invariant: '7', kept: 'moka.rs is_about', only: ['moka'],
    says: 'A return carries one of the two words of this very payment.',
    tricks: 'sent elsewhere; the word of another payment',
    edits: [swap(MOKA, 'if said.is_empty() {', 'if value("hashValue")?.is_empty() {')],
  },
  {
    name: 'moka-trace', invariant: '7', kept: 'moka.rs trace', only: ['moka'],
    says: 'What the order keeps recognises the word, and does not make it.',
    tricks: 'a digest with a key that one knows: what stands in the stored order',
    edits: [
      swap(MOKA, 'refs = refs.with(name, crypto::hex(&trace(hash_value(code, word))));', 'refs = refs.with(name, hash_value(code, word));'),
      swap(MOKA, 'crypto::compare(&theirs, kept, Written::Hex).is_some()', 'crypto::compare(&theirs, crypto::hex(&trace(kept)), Written::Hex).is_some()'),
    ],
  },
  {
    name: 'moka-order', invariant: '1', kept: 'moka.rs detail', only: ['moka'],
    says: 'A list is our order\'s.',
    tricks: 'another order\'s answer',
    edits: [off(MOKA, 'payment.text("OtherTrxCode")? != order.id')],
  },
  {
    name: 'moka-amount', invariant: '1', kept: 'moka.rs settle', only: ['moka'],
    says: 'The amount of a list is the stored one.',
    tricks: '',
    unseen: 'the amount goes from our own server to Moka and nowhere else, so no customer can make the list name another. Shown by tests/rust/moka.rs',
  },
  {
    name: 'moka-states', invariant: '3', kept: 'moka.rs settle', only: ['moka'],
    says: 'A failed payment has the state of a payment, too; its transaction says that it failed.',
    tricks: 'any harmless change',
    edits: [swap(
      MOKA, '(payment.text("PaymentStatus")?, payment.text("TrxStatus")?);',
      '(payment.text("PaymentStatus")?, payment.text("TrxStatus")?);\n    let transaction = if transaction == "2" { "1" } else { transaction };'
    )],
  },
  {
    name: 'boa-digest', invariant: '2', kept: 'boa.rs verify', only: ['kuveytturk', 'vakifkatilim'],
    says: 'HashData is the digest of what came.',
    tricks: 'change a decision',
    edits: [swap(
      BOA, 'crypto::compare(&digest(&values), given, Written::Base64)',
      '{ let ours = digest(&values); crypto::compare(&ours, if given.is_empty() { given } else { base64(&ours) }, Written::Base64) }'
    )],
  },
  {
    name: 'boa-key-in-return', invariant: '2', kept: 'boa.rs authenticated', only: ['kuveytturk'],
    says: 'A return that brings the key along proves nothing.',
    tricks: 'document: signed with the key in it',
    edits: [off(BOA, 'returned.tells_key')],
  },
  {
    name: 'boa-order', invariant: '1', kept: 'boa.rs authenticated; payment.rs Claim', only: ['kuveytturk', 'vakifkatilim'],
    says: 'The order that a return names is the stored one. Three walls: its name, the digest over the stored number, the claim.',
    tricks: 'sent elsewhere: a failure that the bank has signed',
    edits: [off(BOA, 'returned.id != order.id'), swap(BOA, '[order.id, "", returned.code, returned.number]', '[returned.id, "", returned.code, returned.number]'), CLAIM_ORDER],
  },
  {
    name: 'boa-borders', invariant: '5', kept: 'boa.rs authenticated, is_code, ends_in_its_id', only: ['kuveytturk', 'vakifkatilim'],
    says: 'The border between number, code and the bank\'s number is where the bank put it. Two walls: formats, and failures are decided about where the number can end in one place only.',
    tricks: 'read it as one would like: an order whose number has a code behind it',
    edits: [
      off(BOA, '!is_code(returned.code)'),
      swap(BOA, 'reason(returned.code).filter(|_| ends_in_its_id(order))', 'Some(reason(returned.code).unwrap_or(Reason::Declined))'),
    ],
  },
  {
    name: 'boa-refusal-names-us', invariant: '1', kept: 'boa.rs provision_reply', only: ['vakifkatilim', 'kuveytturk'],
    says: 'A refusal of the provision counts when it names our order.',
    tricks: 'another order\'s answer; a damaged answer',
    edits: [swap(BOA, '!told.id.is_empty() && (told.hash.is_empty() || is_signed)', 'told.hash.is_empty() || is_signed')],
  },
  {
    name: 'iyzico-refusal-names-us', invariant: '1', kept: 'iyzico.rs provision_reply', only: ['iyzico'],
    says: 'A refusal of the provision counts when it names our payment.',
    tricks: 'another order\'s answer; an answer that names nothing',
    edits: [swap(IYZICO, 'if is_nameless { inquiry(cx, order) } else {', 'if is_nameless && false { inquiry(cx, order) } else {')],
  },
  {
    name: 'boa-provision', invariant: '2', kept: 'boa.rs provision_reply; payment.rs Claim', only: ['kuveytturk', 'vakifkatilim'],
    says: 'An approval is signed and names our order, number and money. Two walls.',
    tricks: 'another order\'s answer',
    edits: [swap(BOA, 'if told.code == "00" && is_signed && names_us && !told.rrn.is_empty() {', 'if told.code == "00" && (is_signed || names_us || !told.rrn.is_empty()) {'), CLAIM_ORDER],
  },
  {
    name: 'boa-books-order', invariant: '1', kept: 'boa.rs settle; payment.rs Claim', only: ['kuveytturk', 'vakifkatilim'],
    says: 'The rows of an inquiry are our order\'s. Two walls.',
    tricks: 'another order\'s answer',
    edits: [off(BOA, 'row.id != order.id'), CLAIM_ORDER],
  },
  {
    name: 'boa-books-amount', invariant: '1', kept: 'boa.rs row_state', only: ['kuveytturk', 'vakifkatilim'],
    says: 'The amount of an inquiry is the stored one.',
    tricks: 'another order\'s answer: of an order whose basket grew',
    edits: [swap(BOA, 'let claim = Claim { order_id: Some(row.id), amount, currency };', 'let claim = Claim { order_id: Some(row.id), amount: None, currency };')],
  },
  {
    name: 'posnetv1-newer-digest', invariant: '2', kept: 'posnetv1.rs verify', only: ['posnetv1'],
    says: 'MacNew is the digest of what came.',
    tricks: 'change a decision, without the older digest',
    edits: [swap(
      POSNETV1, 'crypto::compare(&new_mac(&signed, key), newer, Written::Base64)',
      '{ let ours = new_mac(&signed, account.secret("encKey")); crypto::compare(&ours, base64(&ours), Written::Base64) }'
    )],
  },
  {
    name: 'posnetv1-older-digest', invariant: '2', kept: 'posnetv1.rs verify', only: ['posnetv1'],
    says: 'Mac is the digest of what came.',
    tricks: 'a whole success, at a bank that trusts the shop',
    edits: [off(POSNETV1, 'crypto::compare(&mac(&signed, key), older, Written::Base64).is_none()')],
  },
  {
    name: 'posnetv1-list', invariant: '5', kept: 'posnetv1.rs verify', only: ['posnetv1'],
    says: 'The list of signed fields is ours. Two walls: the message\'s list must be ours letter by letter, and it is not used anyway.',
    tricks: 'the list of signed fields, at a bank that trusts the shop',
    edits: [
      off(POSNETV1, 'form.ascii("MacParams")? != Some(RETURN_LIST)'),
      swap(
        POSNETV1, 'crypto::compare(&mac(&signed, key), older, Written::Base64).is_none()',
        'crypto::compare(&mac(&form.ascii("MacParams")?.unwrap_or_default().split(\':\').map(|name| form.value(name).and_then(|value| core::str::from_utf8(value).ok()).unwrap_or_default()).collect::<Vec<_>>(), account.secret("encKey")), older, Written::Base64).is_none()'
      ),
    ],
  },
  {
    name: 'posnetv1-full-number', invariant: '5', kept: 'posnetv1.rs callback', only: ['posnetv1'],
    says: 'A failure is believed only of a number that nobody guesses: a form without MacNew may name any order.',
    tricks: 'sent elsewhere: a failure that the bank has signed for somebody else\'s number',
    edits: [swap(POSNETV1, 'Some(verified) if md_status != "1" && order.has_full_id() => {', 'Some(verified) if md_status != "1" => {')],
  },
  {
    name: 'posnetv1-3ds', invariant: '4', kept: 'posnetv1.rs callback', only: ['posnetv1'],
    says: 'Our own server asks for no money without the 3-D Secure that the shop wants.',
    tricks: 'any harmless change: the card 3ds-attempt',
    edits: [swap(POSNETV1, ' && cx.account.three_ds == ThreeDs::Attempted;', ' && (cx.account.three_ds == ThreeDs::Attempted || !eci.is_empty());')],
  },
  {
    name: 'posnetv1-order', invariant: '1', kept: 'posnetv1.rs read_lines', only: ['posnetv1'],
    says: 'A list is our order\'s.',
    tricks: 'another order\'s answer',
    edits: [off(POSNETV1, 'text("OrderId")? != number')],
  },
  {
    name: 'posnetv1-amount', invariant: '1', kept: 'posnetv1.rs settle', only: ['posnetv1'],
    says: 'The amount of a list is the stored one.',
    tricks: 'another order\'s answer: of an order whose basket grew',
    edits: [swap(POSNETV1, 'amount: Some(amount).filter(|_| !is_part), currency: Some(currency) }', 'amount: Some(amount).filter(|_| is_part), currency: Some(currency) }')],
  },
  {
    name: 'posnetv1-currency', invariant: '1', kept: 'posnetv1.rs settle', only: ['posnetv1'],
    says: 'The currency of a list is the stored one.',
    tricks: 'sent elsewhere: an order that changed its currency',
    edits: [swap(POSNETV1, 'amount: Some(amount).filter(|_| !is_part), currency: Some(currency) }', 'amount: Some(amount).filter(|_| !is_part), currency: Some(currency).filter(|_| false) }')],
  },
  {
    name: 'posnetv1-type', invariant: '1', kept: 'posnetv1.rs settle', only: ['posnetv1'],
    says: 'Sale or pre-authorisation is what was stored.',
    tricks: 'sent elsewhere: a sale that became a pre-authorisation',
    edits: [swap(
      POSNETV1, 'kind if kind == wanted && (line.counts || is_approved) => {',
      'kind if (kind == wanted || matches!(kind, TransactionKind::Sale | TransactionKind::PreAuth)) && (line.counts || is_approved) => {'
    )],
  },
  {
    name: 'posnetv1-return-order', invariant: '1', kept: 'posnetv1.rs callback', only: ['posnetv1'],
    says: 'The order that a return names is the stored one.',
    tricks: 'sent elsewhere: a failure that the newer digest covers',
    edits: [off(POSNETV1, 'value("OrderId")? != xid(order)')],
  },
  {
    name: 'posnetv1-echoes', invariant: '1', kept: 'posnetv1.rs verify', only: ['posnetv1'],
    says: 'Amount, currency and type that the newer digest covers are the stored ones. Three walls, of one kind each.',
    tricks: 'sent elsewhere: the old form\'s failure, after the order was changed',
    edits: [
      off(POSNETV1, 'form.ascii("Amount")? != Some(digits(order.amount.minor()))'), off(POSNETV1, 'form.ascii("Currency")? != Some(letters(order)?)'),
      off(POSNETV1, 'form.ascii("TranType")? != Some(operation(order))'),
    ],
  },
  {
    name: 'posnetv1-asked-before', invariant: '8', kept: 'posnetv1.rs callback', only: ['posnetv1'],
    says: 'Once money was asked for, no other return takes anything back or asks again.',
    tricks: 'another authentication; a failure, thrown at the order as it is stored by then',
    edits: [off(POSNETV1, 'order.refs.get(MD_STATUS).is_some()')],
  },
  {
    name: 'posnetv1-used-authentication', invariant: '4', kept: 'posnetv1.rs provision_reply', only: ['posnetv1'],
    says: 'The refusal of an authentication that the bank has taken before is no refusal of the payment that it brought.',
    tricks: 'any harmless change: the same return again',
    edits: [swap(POSNETV1, 'answer.no().filter(|_| answer.code != "0146")', 'answer.no()')],
  },
  {
    name: 'posnetv1-liability', invariant: '4', kept: 'posnetv1.rs provision_reply', only: ['posnetv1'],
    says: 'Where the bank has not taken this authentication, nobody is told that it shifts the liability.',
    tricks: 'the second return of a customer who went to the bank twice, and only tried the first time',
    unseen: 'behind posnetv1-asked-before: only two returns at the same moment get so far, and of those the claim lets one through. Shown by tests/rust/posnetv1.rs',
  },
  {
    name: 'posnetv1-formats', invariant: '5', kept: 'posnetv1.rs check_formats', only: ['posnetv1'],
    says: 'Strict formats leave one reading of what the older digest joins.',
    tricks: 'read it as one would like; a shift between neighbours',
    unseen: 'what the older digest joins begins with the ECI and a CAVV of one length, and where the bank sends no authentication there is neither; the formats are for what it may send otherwise. Shown by tests/rust/posnetv1.rs',
  },
  {
    name: 'posnetv1-merchant', invariant: '1', kept: 'posnetv1.rs callback', only: ['posnetv1'],
    says: 'The merchant number of a return is the configured one.',
    tricks: 'sent elsewhere: the return of a sister shop with the same key and order number',
    unseen: 'the numbers that two shops of one owner may both give out are short, and of those a return decides nothing; the money is asked for under our own merchant number. Shown by tests/rust/posnetv1.rs',
  },
  {
    name: 'akbank-terminal', invariant: '1', kept: 'akbank.rs callback', only: ['akbank'],
    says: 'The terminal that a return names is the configured one.',
    tricks: 'sent elsewhere: the return of a sister shop with the same key and order number',
    unseen: 'the numbers that two shops of one owner may both give out are short, and of those a refusal decides nothing; an authentication of the other terminal the bank does not take. Shown by tests/rust/akbank.rs',
  },
  {
    name: 'akbank-echoes', invariant: '1', kept: 'akbank.rs md_status_of_2026', only: ['akbank'],
    says: 'What is signed since 2026 is what we sent: amount, instalments, addresses.',
    tricks: 'sent elsewhere: the old form\'s authentication, after the order was changed',
    unseen: 'our own server asks for the stored amount whatever was authenticated, and what the bank charges is that; the echoes keep an older authentication from a changed order. Shown by tests/rust/akbank.rs',
  },
  {
    name: 'akbank-formats', invariant: '5', kept: 'akbank.rs authenticated, md_status_of_2026', only: ['akbank'],
    says: 'Strict formats leave one reading of the undelimited text.',
    tricks: 'read it as one would like; told as another kind',
    edits: [off(AKBANK, 'text.len() != length || !is_made_of(text, b"+/=")'), off(AKBANK, '!is_masked || !is_digits(part(masked, 0, 6)) || !is_digits(part(masked, end, masked.len()))')],
  },
  {
    name: 'akbank-once', invariant: '8', kept: 'akbank.rs callback', only: ['akbank'],
    says: 'Once money was asked for, no other return asks again.',
    tricks: 'an authentication of another order',
    unseen: 'forgeries are thrown at orders as they were begun, before any money was asked for; and of two requests under one number the bank does one. Shown by tests/rust/akbank.rs',
  },
  {
    name: 'akbank-full-number', invariant: '5', kept: 'akbank.rs refused', only: ['akbank'],
    says: 'A refusal counts only for a number that nobody guesses: the text that it signs is cut in more than one way.',
    tricks: 'sent elsewhere: a refusal of somebody else\'s number',
    edits: [swap(AKBANK, 'if !order.has_full_id() || !matches!(', 'if !matches!(')],
  },
  {
    name: 'akbank-answer-order', invariant: '1', kept: 'akbank.rs Answered::is_about', only: ['akbank'],
    says: 'The answer to a provision names our order.',
    tricks: 'another order\'s answer',
    edits: [swap(AKBANK, 'if self.object.inner("order")?.text("orderId")? == order.id {', 'if self.object.inner("order")?.text("orderId")? != "\\u{0}" {')],
  },
  {
    name: 'payfor-return-order', invariant: '1', kept: 'payfor.rs callback', only: ['payfor'],
    says: 'The order that a return names is the stored one.',
    tricks: 'sent elsewhere: a better authentication, where the bank\'s books do not tell',
    edits: [off(PAYFOR, 'form.ascii("OrderId")? != Some(order.id)')],
  },
  {
    name: 'payfor-merchant', invariant: '1', kept: 'payfor.rs callback', only: ['payfor'],
    says: 'The merchant number of a return is the configured one.',
    tricks: 'sent elsewhere: the return of a sister shop with the same key and order number',
    unseen: 'a return only makes us ask, and we ask about our own merchant number, under which the other shop\'s order is not known. Shown by tests/rust/payfor.rs',
  },
  {
    name: 'payfor-answer-order', invariant: '1', kept: 'payfor.rs check_named, provision_reply', only: ['payfor'],
    says: 'The refusal of a provision names our order. Two walls.',
    tricks: 'another order\'s answer',
    edits: [
      swap(PAYFOR, 'if named == order.id || !must && named.is_empty() {', 'if named != "\\u{0}" || must {'),
      swap(PAYFOR, '!is_open(code) && answer.leaf("TransId")? == order.id {', '!is_open(code) {'),
    ],
  },
  {
    name: 'payfor-formats', invariant: '5', kept: 'payfor.rs Returned::verify', only: ['payfor'],
    says: 'Strict formats leave one reading of the undelimited text: an authentication alone has no code of the card\'s bank behind the order\'s number.',
    tricks: 'a shift between neighbours: the visit of an order whose number goes on with digits of the amount',
    edits: [swap(PAYFOR, 'if is_moved || !is_clock', 'if false && is_moved || !is_clock')],
  },
  {
    name: 'interpos-order', invariant: '1', kept: 'interpos.rs callback; payment.rs Claim', only: ['interpos'],
    says: 'The order that a return names is the stored one. Two walls.',
    tricks: 'sent elsewhere',
    edits: [off(INTERPOS, 'form.ascii("OrderId")? != Some(order.id)'), CLAIM_ORDER],
  },
  {
    name: 'interpos-formats', invariant: '5', kept: 'interpos.rs Returned::verify', only: ['interpos'],
    says: 'Strict formats, our own addresses and an order number that stands once leave one reading of the undelimited text.',
    tricks: 'read it as one would like; move the borders',
    unseen: 'behind the claim and interpos-full-number: order, amount and currency are compared besides, and about a number that might be cut shorter nothing is decided. Shown by tests/rust/interpos.rs',
  },
  {
    name: 'tosla-books-currency', invariant: '1', kept: 'tosla.rs settle', only: ['tosla'],
    says: 'The currency of an inquiry is the stored one.',
    tricks: 'sent elsewhere: an order that changed its currency',
    edits: [swap(TOSLA, 'Claim { order_id: Some(named), amount: Some(amount), currency: Some(currency) }', 'Claim { order_id: Some(named), amount: Some(amount), currency: Some(currency).filter(|_| false) }')],
  },
  {
    name: 'tosla-merchant', invariant: '1', kept: 'tosla.rs returned', only: ['tosla'],
    says: 'The merchant number of a return is the configured one.',
    tricks: 'sent elsewhere: the return of a sister shop with the same password and order number',
    unseen: 'a return only makes us ask, and we ask about our own merchant number; the session of the other shop is another one besides. Shown by tests/rust/tosla.rs',
  },
  {
    name: 'tosla-session', invariant: '7', kept: 'tosla.rs returned', only: ['tosla'],
    says: 'The session of a return is the stored one.',
    tricks: 'sent elsewhere: another session of the same order number',
    unseen: 'a return only makes us ask, and tosla-order and the digest stand before it: another session of the same order number is the same payer\'s. Shown by tests/rust/tosla.rs',
  },
  {
    name: 'boa-asked-before', invariant: '8', kept: 'boa.rs authenticated', only: ['kuveytturk', 'vakifkatilim'],
    says: 'Once money was asked for, no return takes it back or asks again.',
    tricks: 'another return of the same order',
    unseen: 'forgeries are thrown at orders as they were begun, before any money was asked for; and of two requests under one number the bank does one. Shown by tests/rust/boa.rs',
  },
  {
    name: 'boa-books-currency', invariant: '1', kept: 'boa.rs row_state', only: ['kuveytturk'],
    says: 'The currency of an inquiry is the stored one.',
    tricks: 'sent elsewhere: an order that changed its currency',
    edits: [swap(BOA, 'let claim = Claim { order_id: Some(row.id), amount, currency };', 'let claim = Claim { order_id: Some(row.id), amount, currency: None };')],
  },
];
