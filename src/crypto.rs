//! Digests, and the only place where a digest that came from outside is compared with ours.

use crate::text::{Text, keep_ascii};
use crate::wire::part;
use alloc::vec;
use alloc::vec::Vec;
use ctutils::CtEq;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// A value that must never be printed. It borrows from the call's input, which is wiped when the call ends.
#[derive(Clone, Copy)]
pub struct Secret<'a>(&'a str);

impl<'a> Secret<'a> {
    /// Marks `text` as a secret.
    pub const fn new(text: &'a str) -> Secret<'a> {
        Secret(text)
    }

    /// The secret itself, for hashing or for the bank's own request.
    pub const fn reveal(self) -> &'a str {
        self.0
    }
}

impl core::fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Evidence that a digest from outside equalled ours. Only [`compare`] makes one:
///
/// ```compile_fail,E0423
/// let evidence = velopos::crypto::Verified(());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Verified(());

/// How a digest is written on the wire.
#[derive(Clone, Copy, Debug)]
pub enum Written {
    /// Base64 with padding.
    Base64,
    /// Hexadecimal digits of either case.
    Hex,
}

/// Compares a digest from outside with ours, in constant time. Nothing about ours leaves this function.
pub fn compare(ours: &[u8], given: &str, written: Written) -> Option<Verified> {
    #[cfg(feature = "explain")]
    crate::trace::compared(false);
    let theirs = match written {
        Written::Base64 => {
            let bare = without_padding(given);
            let padded = given.len().is_multiple_of(4) && given.len() - bare.len() <= 2;
            unpadded_base64(bare, false).filter(|_| padded)?
        }
        Written::Hex => from_hex(given)?,
    };
    let verified = bool::from((*ours).ct_eq(&theirs)).then_some(Verified(()));
    #[cfg(feature = "explain")]
    crate::trace::compared(verified.is_some());
    verified
}

/// SHA-1 of the pieces, one after another.
pub fn sha1(pieces: &[&[u8]]) -> [u8; 20] {
    let made = digest::<Sha1>(pieces).into();
    #[cfg(feature = "explain")]
    crate::trace::hashed("SHA-1", pieces, &made);
    made
}

/// SHA-256 of the pieces, one after another.
pub fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    let made = digest::<Sha256>(pieces).into();
    #[cfg(feature = "explain")]
    crate::trace::hashed("SHA-256", pieces, &made);
    made
}

/// SHA-512 of the pieces, one after another.
pub fn sha512(pieces: &[&[u8]]) -> [u8; 64] {
    let made = digest::<Sha512>(pieces).into();
    #[cfg(feature = "explain")]
    crate::trace::hashed("SHA-512", pieces, &made);
    made
}

fn digest<D: Digest>(pieces: &[&[u8]]) -> sha2::digest::Output<D> {
    let mut hasher = D::new();
    pieces.iter().for_each(|piece| hasher.update(piece));
    hasher.finalize()
}

/// HMAC-SHA256 of the pieces, one after another.
pub fn hmac_sha256(key: Secret, pieces: &[&[u8]]) -> [u8; 32] {
    let made = hmac_sha256_with(key.reveal().as_bytes(), pieces);
    #[cfg(feature = "explain")]
    crate::trace::hashed("HMAC-SHA256", pieces, &made);
    made
}

/// HMAC-SHA512 of the pieces, one after another.
pub fn hmac_sha512(key: Secret, pieces: &[&[u8]]) -> [u8; 64] {
    hmac_sha512_with(key.reveal().as_bytes(), pieces)
}

/// HMAC-SHA256 with a key that need not be text, as those of published suites are not.
pub fn hmac_sha256_with(key: &[u8], pieces: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length, so this cannot fail; without a key nothing would verify.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    pieces.iter().for_each(|piece| mac.update(piece));
    mac.finalize().into_bytes().into()
}

/// HMAC-SHA512 with a key that need not be text.
pub fn hmac_sha512_with(key: &[u8], pieces: &[&[u8]]) -> [u8; 64] {
    // As above.
    let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(key) else { return [0; 64] };
    pieces.iter().for_each(|piece| mac.update(piece));
    let made = mac.finalize().into_bytes().into();
    #[cfg(feature = "explain")]
    crate::trace::hashed("HMAC-SHA512", pieces, &made);
    made
}

/// The two-stage SHA-1 that guides on the web describe for İş Bankası. Garanti's older protocol is where it comes from, and even there
/// the terminal number is padded to nine digits and the text is upper case; see `docs/banks/isbank.md`.
pub fn two_stage_sha1(password: Secret, terminal: &str, data: &str) -> Text {
    let first = hex(&sha1(&[password.reveal().as_bytes(), terminal.as_bytes()]));
    hex(&sha1(&[data.as_bytes(), first.as_bytes()]))
}

/// Base64 with padding.
pub fn base64(bytes: &[u8]) -> Text {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    let mut rest = bytes;
    while let Some((three, behind)) = rest.split_at_checked(3) {
        text.extend_from_slice(&base64_letters(three[0], three[1], three[2]));
        rest = behind;
    }
    match *rest {
        [one] => text.extend_from_slice(&[&base64_letters(one, 0, 0)[..2], b"=="].concat()),
        [one, other] => text.extend_from_slice(&[&base64_letters(one, other, 0)[..3], b"="].concat()),
        _ => {}
    }
    keep_ascii(text)
}

fn base64_letters(one: u8, two: u8, three: u8) -> [u8; 4] {
    let letter = |place: u8| BASE64[usize::from(place & 63)];
    [letter(one >> 2), letter(one << 4 | two >> 4), letter(two << 2 | three >> 6), letter(three)]
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static BASE64_VALUES: [u8; 256] = {
    let mut values = [0xFF; 256];
    let mut value = 0;
    while value < 64 {
        values[BASE64[value] as usize] = value as u8;
        value += 1;
    }
    (values[b'-' as usize], values[b'_' as usize]) = (62, 63);
    values
};

/// Reads base64 in either alphabet, with or without padding.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    unpadded_base64(without_padding(text), true)
}

fn without_padding(text: &str) -> &str {
    let mut end = text.len();
    while end > 0 && text.as_bytes().get(end - 1) == Some(&b'=') {
        end -= 1;
    }
    part(text, 0, end)
}

/// Each text of bytes has one writing: bits that are left over are zero.
fn unpadded_base64(text: &str, in_either_alphabet: bool) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len() * 3 / 4];
    let mut places = bytes.iter_mut();
    let (mut bits, mut count) = (0u32, 0);
    for letter in text.bytes() {
        let value = BASE64_VALUES[usize::from(letter)];
        if value > 63 || !in_either_alphabet && matches!(letter, b'-' | b'_') {
            return None;
        }
        (bits, count) = (bits << 6 | u32::from(value), count + 6);
        if count >= 8 {
            count -= 8;
            *places.next()? = (bits >> count) as u8;
            bits &= (1 << count) - 1;
        }
    }
    (count < 6 && bits == 0).then_some(bytes)
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> Text {
    let mut digits = vec![0; bytes.len() * 2];
    // Fails for a place of another length only.
    let _ = hex::encode_to_slice(bytes, &mut digits);
    keep_ascii(digits)
}

/// The byte that two hexadecimal digits write.
#[inline]
pub fn hex_byte([high, low]: [u8; 2]) -> Option<u8> {
    Some(hex_value(high)? << 4 | hex_value(low)?)
}

/// What a hexadecimal digit is worth.
pub fn hex_value(digit: u8) -> Option<u8> {
    let value = HEX_VALUES[usize::from(digit)];
    if value < 16 { Some(value) } else { None }
}

static HEX_VALUES: [u8; 256] = {
    let mut values = [0xFF; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        values[digit as usize] = value as u8;
        values[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    values
};

/// Reads hexadecimal digits of either case. The crate `hex` tells letters from digits by a jump, which takes longer where the processor has met
/// another digest before: the time of a refusal would depend on digests that were read earlier. A table does not.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks();
    let mut bytes = vec![0; pairs.len()];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = hex_byte(*pair)?;
    }
    rest.is_empty().then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned;
    use alloc::string::String;

    #[test]
    fn only_the_very_digest_is_accepted() {
        let ours = sha512(&[b"abc"]);
        let base64 = base64(&ours);
        assert!(compare(&ours, base64, Written::Base64).is_some());
        assert!(compare(&ours, &hex(&ours).to_uppercase(), Written::Hex).is_some());
        let mut other = ours;
        other[63] ^= 1;
        assert!(base64.contains('+') && base64.contains('/'));
        for wrong in [
            base64.replace('+', "-"),
            base64.replace('/', "_"),
            String::new(),
            base64.to_lowercase(),
            base64[..87].to_owned(),
            format!("{base64} "),
            format!("{base64}AAAA"),
            super::base64(&other).to_owned(),
            "A".repeat(4096),
        ] {
            assert!(compare(&ours, &wrong, Written::Base64).is_none(), "{wrong}");
        }
        for wrong in [
            String::new(),
            hex(&ours[..63]).to_owned(),
            hex(&other).to_owned(),
            "zz".repeat(64),
            "ab".repeat(2048),
            format!("{}a", hex(&ours)),
            "abc".to_owned(),
        ] {
            assert!(compare(&ours, &wrong, Written::Hex).is_none(), "{wrong}");
        }
    }

    #[test]
    fn an_empty_digest_never_equals_an_empty_one() {
        assert!(compare(&sha1(&[]), "", Written::Base64).is_none());
        assert!(compare(&sha1(&[]), "", Written::Hex).is_none());
    }

    #[test]
    fn known_answers() {
        assert_eq!(hex(&sha1(&[b"a", b"bc"])), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(&sha256(&[b"a", b"bc"])), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(&hex(&sha512(&[b"abc"]))[..32], "ddaf35a193617abacc417349ae204131");
        let mac = hmac_sha256(Secret::new("Jefe"), &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let mac = hmac_sha512(Secret::new("Jefe"), &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(&hex(&mac)[..64], "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554");
    }

    #[test]
    fn base64_in_either_alphabet() {
        for (text, bytes) in [("+/+/", &[0xFB, 0xFF, 0xBF][..]), ("-_-_", &[0xFB, 0xFF, 0xBF]), ("YQ==", b"a"), ("YQ", b"a"), ("", b"")] {
            assert_eq!(from_base64(text).as_deref(), Some(bytes), "{text}");
        }
        for wrong in ["Y", "A", "YWJjA", "Y Q", "YQ==YQ", "ş", "YR"] {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        assert_eq!(format!("{:?}", Secret::new("TRPS0200")), "Secret(…)");
    }
}
