//! The configuration of one account at one bank: checked once, loudly, and then carried as text from call to call.

use crate::crypto::Secret;
use crate::error::{Error, Result, Why};
use crate::frame::Head;
use crate::gateway::{Bank, ELSEWHERE, Key, SYSTEMS, Spec};
use crate::text::{Keep, Text, joined, joined_by};
use crate::wire::{is_same, part, split_last};
use alloc::vec::Vec;

/// A checked configuration.
pub struct Account<'a> {
    /// The system it belongs to.
    pub spec: &'static Spec,
    /// The name it was configured under (`isbank`).
    pub gateway: &'a str,
    /// The model for new payments.
    pub model: &'a str,
    /// Real money or not.
    pub mode: Mode,
    /// Which results of 3-D Secure are good enough.
    pub three_ds: ThreeDs,
    merchant: &'a [&'a str],
    endpoints: &'a [&'a str],
}

/// Real money or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Real money.
    Production,
    /// The bank's test system.
    Test,
}

impl Mode {
    /// The name that JavaScript sees.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Production => "production",
            Mode::Test => "test",
        }
    }
}

/// Which results of 3-D Secure are good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreeDs {
    /// mdStatus 1: the card holder was authenticated, and the card's bank bears a chargeback.
    Full,
    /// mdStatus 1 to 4: an attempt is enough, and the shop bears a chargeback.
    Attempted,
}

impl ThreeDs {
    /// Whether this mdStatus is good enough.
    pub fn accepts(self, md_status: &str) -> bool {
        match self {
            ThreeDs::Full => md_status == "1",
            ThreeDs::Attempted => matches!(md_status, "1" | "2" | "3" | "4"),
        }
    }
}

impl<'a> Account<'a> {
    /// The value of a `merchant` key; empty when it is optional and was not given.
    pub fn merchant(&self, key: &str) -> &'a str {
        for (known, value) in self.spec.merchant.iter().zip(self.merchant) {
            if is_same(known.name.as_bytes(), key.as_bytes()) {
                return value;
            }
        }
        ""
    }

    /// The same, as a secret.
    pub fn secret(&self, key: &str) -> Secret<'a> {
        Secret::new(self.merchant(key))
    }

    /// A refusal of a `merchant` key's value, in the words of the bank's panel.
    pub fn wrong(&self, why: Why, name: &str) -> Error {
        match self.spec.merchant.iter().find(|key| key.name == name) {
            Some(key) => key.refused(why),
            None => Error::new(why, name.kept()),
        }
    }

    /// The number under which the bank knows the account.
    pub fn id(&self) -> &'a str {
        self.merchant.first().copied().unwrap_or_default()
    }

    /// The address for a purpose.
    pub fn endpoint(&self, key: &str) -> &'a str {
        let place = self.spec.endpoints.iter().position(|known| *known == key);
        place.and_then(|place| self.endpoints.get(place)).copied().unwrap_or_default()
    }

    /// The canonical text: what every later call carries in its head.
    pub fn render(&self, between: &str) -> Text {
        let mut fields = vec![self.gateway, self.model, self.mode.name(), if self.three_ds == ThreeDs::Full { "full" } else { "attempted" }];
        fields.extend(self.merchant);
        fields.extend(self.endpoints);
        joined_by(between, &fields)
    }

    /// Reads what [`Account::render`] wrote, from the front of a call's head.
    pub fn read(head: &mut Head<'a>) -> Result<Account<'a>> {
        let [gateway, model, mode, three_ds] = head.texts()?;
        let (spec, _) = find(gateway).ok_or_else(|| Error::new(Why::DamagedCall, ""))?;
        let merchant = head.take(spec.merchant.len())?;
        #[cfg(feature = "explain")]
        crate::trace::keep_secret(spec.merchant.iter().zip(merchant).filter(|(key, _)| crate::trace::is_secret(key.name)).map(|(_, value)| *value));
        let endpoints = head.take(spec.endpoints.len())?;
        let mode = if mode == "test" { Mode::Test } else { Mode::Production };
        let three_ds = if three_ds == "attempted" { ThreeDs::Attempted } else { ThreeDs::Full };
        Ok(Account { spec, gateway, model, mode, three_ds, merchant, endpoints })
    }

    /// Checks a configuration given as names (`merchant.storeKey`) and values, and fills in what it leaves out.
    pub fn from_config(pairs: &[(&'a str, &'a str)], trusted_hosts: &[&str]) -> Result<Account<'a>> {
        let value = |name: &str| pairs.iter().find(|(at, _)| *at == name).map(|(_, value)| *value);
        let gateway = value("gateway").ok_or_else(|| Error::new(Why::GatewayMissing, "gateway").about(joined_by(", ", &gateway_names())))?;
        let (spec, bank) = find(gateway).ok_or_else(|| unknown_gateway(gateway))?;
        refuse_unknown_keys(pairs, spec)?;
        let mode = match value("mode") {
            None | Some("production") => Mode::Production,
            Some("test") => Mode::Test,
            Some(_) => return Err(Error::new(Why::Mode, "mode")),
        };
        let three_ds = match value("threeDS") {
            None | Some("full") => ThreeDs::Full,
            Some("attempted") => ThreeDs::Attempted,
            Some(_) => return Err(Error::new(Why::ThreeDs, "threeDS")),
        };
        let model = value("model").unwrap_or(spec.models[0]);
        if !spec.models.contains(&model) {
            return Err(Error::new(Why::Model, "model").about(joined_by(", ", spec.models)));
        }
        let mut merchant = Vec::new();
        for key in spec.merchant {
            let given = value(key.full_name()).unwrap_or_default();
            let public = mode == Mode::Production && spec.public_credentials.contains(&(key.name, given));
            if let Some(why) = fault_of(key, given).or(public.then_some(Why::ValuePublic)) {
                return Err(key.refused(why));
            }
            merchant.push(given);
        }
        let own_hosts = own_hosts(spec, bank, mode, trusted_hosts);
        let mut endpoints = Vec::new();
        for (place, key) in spec.endpoints.iter().enumerate() {
            let name = joined(&["endpoints.", key]);
            let known = bank.and_then(|bank| bank.addresses(mode).get(place));
            endpoints.push(match (value(name), known) {
                (Some(given), _) => {
                    check_endpoint(name, given, mode, &own_hosts)?;
                    given
                }
                (None, Some(known)) => known,
                (None, None) => return Err(Error::new(Why::EndpointMissing, name).about(gateway.kept())),
            });
        }
        let account = Account { spec, gateway, model, mode, three_ds, merchant: merchant.leak(), endpoints: endpoints.leak() };
        spec.gateway.check(&account)?;
        Ok(account)
    }
}

/// The system behind a gateway's name, and the bank if the name is a bank's.
fn find(gateway: &str) -> Option<(&'static Spec, Option<&'static Bank>)> {
    SYSTEMS.iter().find_map(|spec| {
        let bank = spec.banks.iter().find(|bank| bank.name == gateway);
        (bank.is_some() || spec.system == gateway).then_some((*spec, bank))
    })
}

/// The system behind a gateway's name.
#[cfg(feature = "explain")]
pub fn spec_of(gateway: &str) -> Option<&'static Spec> {
    find(gateway).map(|(spec, _)| spec)
}

fn gateway_names() -> Vec<&'static str> {
    let mut names = Vec::new();
    for spec in SYSTEMS {
        names.extend(spec.banks.iter().map(|bank| bank.name));
        if names.last() != Some(&spec.system) {
            names.push(spec.system);
        }
    }
    names
}

fn unknown_gateway(given: &str) -> Error {
    if ELSEWHERE.contains(&given) && !cfg!(feature = "all") {
        return Error::new(Why::OtherEntry, "gateway").about("velopos/all");
    }
    unknown("gateway", given, &gateway_names(), [Why::NearGateway, Why::UnknownGateway])
}

fn refuse_unknown_keys(pairs: &[(&str, &str)], spec: &Spec) -> Result<()> {
    let mut known: Vec<&str> = ["gateway", "model", "mode", "threeDS"].to_vec();
    known.extend(spec.merchant.iter().map(Key::full_name));
    known.extend(spec.endpoints.iter().map(|key| joined(&["endpoints.", key])));
    match pairs.iter().find(|(name, _)| !known.contains(name)) {
        None => Ok(()),
        Some((name, _)) => {
            known.extend(["merchant", "endpoints"]);
            Err(unknown(name, name, &known, [Why::NearKey, Why::UnknownKey]))
        }
    }
}

/// Secrets are copied by hand from panels and letters: a stray space is the commonest cause of a hash mismatch.
fn fault_of(key: &Key, given: &str) -> Option<Why> {
    if given.is_empty() {
        key.required.then_some(Why::ValueMissing)
    } else if given.trim() != given {
        Some(Why::ValueWithSpace)
    } else if given.chars().any(|c| c.is_control() || is_invisible(c)) {
        Some(Why::ValueInvisible)
    } else if given.len() > key.max {
        Some(Why::ValueTooLong)
    } else {
        None
    }
}

/// Characters without width, which come along when a value is copied from a web page or a document.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// What may stand in `endpoints`. In production a host of the bank's test system may not: what is paid there is no money.
fn own_hosts<'h>(spec: &'static Spec, bank: Option<&'static Bank>, mode: Mode, trusted: &[&'h str]) -> Vec<&'h str>
where
    'static: 'h,
{
    let mut hosts = trusted.to_vec();
    for own in spec.banks.iter().filter(|own| bank.is_none_or(|bank| bank.name == own.name)) {
        let tests = if mode == Mode::Test { (own.test, own.test_hosts) } else { Default::default() };
        hosts.extend([own.production, tests.0].concat().iter().filter_map(|address| host_of(address)));
        hosts.extend([own.hosts, tests.1].concat());
    }
    hosts
}

fn check_endpoint(name: &str, address: &str, mode: Mode, own_hosts: &[&str]) -> Result<()> {
    if mode == Mode::Test && is_loopback(address) {
        return Ok(());
    }
    match host_of(address) {
        None => Err(Error::new(Why::EndpointAddress, name.kept())),
        Some(host) if own_hosts.contains(&host) => Ok(()),
        Some(host) => Err(Error::new(Why::EndpointHost, name.kept()).about(host.kept())),
    }
}

/// The host (with its port) of an absolute https address without user name, query or fragment.
pub fn host_of(address: &str) -> Option<&str> {
    authority(address, PATH).filter(|(is_https, _)| *is_https).map(|(_, host)| host)
}

/// Whether this is a plain address of this very machine, as simulated banks have.
pub fn is_loopback(address: &str) -> bool {
    authority(address, PATH).is_some_and(|(_, host)| is_this_machine(host))
}

/// Whether a browser may be sent back to this address: https, or in a test this very machine. It may have a plain query.
pub fn is_return_address(address: &str, mode: Mode) -> bool {
    authority(address, QUERY).is_some_and(|(is_https, host)| is_https || mode == Mode::Test && is_this_machine(host))
}

fn is_this_machine(host: &str) -> bool {
    let name = match split_last(host, b':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

// The parts of an address, one after another.
const HOST: u8 = 1;
const PATH: u8 = 2;
const QUERY: u8 = 4;

/// Whether an absolute address is https, and its host with its port; `last` is the last part that it may have. One look at every byte.
fn authority(address: &str, last: u8) -> Option<(bool, &str)> {
    let https = address.strip_prefix("https://");
    let rest = https.or_else(|| address.strip_prefix("http://"))?;
    let (mut here, mut host) = (HOST, rest.len());
    for (place, byte) in rest.bytes().enumerate() {
        let next = match byte {
            b'/' if here == HOST => PATH,
            b'?' if here < last => QUERY,
            _ if PARTS[usize::from(byte)] & here != 0 => continue,
            _ => return None,
        };
        host = host.min(place);
        here = next;
    }
    let host = part(rest, 0, host);
    let is_named = !matches!(host.as_bytes(), [] | [b':', ..]);
    (is_named && address.len() <= 255).then_some((https.is_some(), host))
}

/// The parts in which a byte may stand.
static PARTS: [u8; 256] = {
    let mut parts = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        parts[byte] = match byte as u8 {
            b'-' | b'.' => HOST | PATH | QUERY,
            b':' | b'[' | b']' => HOST | PATH,
            b'_' | b'~' | b'%' | b'+' | b'=' => PATH | QUERY,
            b'/' | b'!' | b'$' | b'\'' | b'(' | b')' | b'*' | b',' | b';' => PATH,
            b'&' => QUERY,
            other if other.is_ascii_alphanumeric() => HOST | PATH | QUERY,
            _ => 0,
        };
        byte += 1;
    }
    parts
};

/// A name that is not known: with the one that was probably meant, or with all of them.
fn unknown(field: &str, given: &str, known: &[&str], [near, far]: [Why; 2]) -> Error {
    match nearest(given, known) {
        Some(name) => Error::new(near, field.kept()).about(name.kept()),
        None => Error::new(far, field.kept()).about(joined_by(", ", known)),
    }
}

/// The known name that a mistyped one is nearest to, if any is near.
fn nearest<'n>(given: &str, known: &[&'n str]) -> Option<&'n str> {
    let near = known.iter().copied().min_by_key(|name| edits(given, name))?;
    (edits(given, near) <= 1 + near.len() / 3).then_some(near)
}

/// Levenshtein's distance, without regard to case; names are cut at 64 characters.
fn edits(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().take(64).map(|c| c.to_ascii_lowercase()).collect();
    // One row of the table, without the first place.
    let mut row: Vec<usize> = (1..=one.len()).collect();
    let mut distance = one.len();
    for (above, c) in other.chars().take(64).enumerate() {
        let mut diagonal = above;
        distance = above + 1;
        for (place, own) in row.iter_mut().zip(&one) {
            let replaced = diagonal + usize::from(*own != c.to_ascii_lowercase());
            diagonal = *place;
            distance = replaced.min(diagonal + 1).min(distance + 1);
            *place = distance;
        }
    }
    distance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "all")]
    fn what_only_the_larger_entry_carries_is_known_by_name() {
        let names = gateway_names();
        let six = names.iter().position(|name| *name == "iyzico").unwrap();
        assert_eq!(&names[six + 1..], ELSEWHERE);
    }

    #[test]
    fn the_nearest_name() {
        let known = ["gateway", "mode", "model", "merchant.storeKey", "merchant.apiUser"];
        for (given, expected) in [
            ("mod", Some("mode")),
            ("MODE", Some("mode")),
            ("modell", Some("model")),
            ("getaway", Some("gateway")),
            ("merchant.storekye", Some("merchant.storeKey")),
            ("merchant.api_user", Some("merchant.apiUser")),
            ("verifySignatures", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, &known), expected, "{given}");
        }
        assert_eq!(nearest("x", &[]), None);
    }

    #[test]
    fn edits_are_counted_without_regard_to_case() {
        for (one, other, count) in [("", "", 0), ("a", "", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("STOREKEY", "storeKey", 0), ("şı", "si", 2)]
        {
            assert_eq!(edits(one, other), count, "{one} {other}");
            assert_eq!(edits(other, one), count, "{other} {one}");
        }
        assert_eq!(edits(&"a".repeat(100_000), &"a".repeat(64)), 0, "names are cut, so a long one costs nothing");
    }

    #[test]
    fn where_a_browser_may_be_sent_back() {
        let fits = |address: &str| [Mode::Production, Mode::Test].map(|mode| is_return_address(address, mode));
        for address in ["https://shop.example", "https://shop.example?a=1", "https://shop.example:8443/ok/?a=1&b=%C5%9F", "https://[2001:db8::1]/?"] {
            assert_eq!(fits(address), [true, true], "{address}");
        }
        for address in ["http://localhost", "http://127.0.0.1:8480/ok?a=1", "http://[::1]:1/", "https://localhost/"] {
            assert_eq!(fits(address), [address.starts_with("https"), true], "{address}");
        }
        for address in [
            "http://shop.example/",
            "https://",
            "https://?a=1",
            "https://:1/",
            "https://shop.example/?a=/",
            "https://shop.example/?a=1?b=2",
            "https://shop.example/#a",
            "https://a@shop.example/",
            "https://shop_example/",
            "https://shop.example/&",
            "https://shop.example/ş",
            "//shop.example/",
        ] {
            assert_eq!(fits(address), [false, false], "{address}");
        }
        let long = ["https://shop.example/?", "a".repeat(233).as_str()].concat();
        assert_eq!((fits(&long)[0], fits(&[&long, "a"].concat())[0]), (true, false));
    }

    #[test]
    fn the_host_of_an_address() {
        for (address, host) in [
            ("https://bank.example", "bank.example"),
            ("https://bank.example/", "bank.example"),
            ("https://bank.example:8443/fim/api", "bank.example:8443"),
            ("https://[2001:db8::1]/x", "[2001:db8::1]"),
        ] {
            assert_eq!(host_of(address), Some(host));
        }
        for address in [
            "",
            "https://",
            "https:///x",
            "https://:1/x",
            "http://bank.example",
            "https:bank.example",
            "https://a@b/",
            "https://a b/",
            "https://a/?q",
            "https://a/#f",
            "https://a/\\",
            "https://ş/",
        ] {
            assert_eq!(host_of(address), None, "{address}");
        }
        assert!(host_of(&format!("https://a/{}", "b".repeat(245))).is_some());
        assert!(host_of(&format!("https://a/{}", "b".repeat(246))).is_none());
    }

    #[test]
    fn this_very_machine() {
        for address in
            ["http://localhost", "http://localhost:8480/x", "https://localhost/x", "http://127.0.0.1:1", "http://[::1]", "http://[::1]:8480/x"]
        {
            assert!(is_loopback(address), "{address}");
        }
        for address in [
            "http://localhost.example",
            "http://alocalhost",
            "http://127.0.0.1.example",
            "http://127.0.0.2",
            "http://[::2]",
            "http://localhost:x",
            "http://localhost@a/",
            "//localhost",
            "",
        ] {
            assert!(!is_loopback(address), "{address}");
        }
    }

    #[test]
    fn an_account_is_read_as_it_was_written() {
        let pairs = [("gateway", "isbank"), ("mode", "test"), ("threeDS", "attempted"), ("merchant.clientId", "1"), ("merchant.storeKey", "k")];
        let account = Account::from_config(&pairs, &[]).unwrap();
        let text = account.render("\0");
        let texts: Vec<&str> = text.split('\0').chain(["and what follows"]).collect();
        let mut head = Head::of(&texts);
        let again = Account::read(&mut head).unwrap();
        assert_eq!(head.texts().unwrap(), ["and what follows"]);
        assert_eq!(again.render("\0"), text);
        assert_eq!((again.mode, again.three_ds, again.secret("storeKey").reveal()), (Mode::Test, ThreeDs::Attempted, "k"));
        assert_eq!((again.merchant("apiUser"), again.merchant("nothing"), again.endpoint("nothing")), ("", "", ""));
    }

    #[test]
    fn what_3_d_secure_must_have_done() {
        let accepted = |policy: ThreeDs| {
            ["", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "1 "].into_iter().filter(move |status| policy.accepts(status))
        };
        assert!(accepted(ThreeDs::Full).eq(["1"]));
        assert!(accepted(ThreeDs::Attempted).eq(["1", "2", "3", "4"]));
    }
}
