//! Digests and their writings, beside other hands' implementations: `sha1_smol`, `hmac-sha256`, `hmac-sha512` and `base64ct`.

use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding};
use velopos::crypto::{
    Written, base64, compare, from_base64, hex, hmac_sha256, hmac_sha256_with, hmac_sha512, hmac_sha512_with, sha1, sha256, sha512,
};

/// The first byte says where the rest is cut into pieces.
pub fn check(data: &[u8]) {
    let Some((&cut, bytes)) = data.split_first() else { return };
    let (one, other) = bytes.split_at(usize::from(cut).min(bytes.len()));
    digests(one, other);
    writings(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        reading(text);
    }
}

/// Over the pieces, and with the first as a key.
pub fn digests(one: &[u8], other: &[u8]) {
    let whole = [one, other].concat();
    let pieces = [one, b"", other];
    assert_eq!(sha1(&pieces), sha1_smol::Sha1::from(&whole).digest().bytes());
    assert_eq!(sha256(&pieces), hmac_sha256::Hash::hash(&whole));
    assert_eq!(sha512(&pieces), hmac_sha512::Hash::hash(&whole));
    assert_eq!(hmac_sha256_with(one, &[b"", other]), hmac_sha256::HMAC::mac(other, one));
    assert_eq!(hmac_sha512_with(one, &[other, b""]), hmac_sha512::HMAC::mac(other, one));
    if let Ok(key) = str::from_utf8(one) {
        let key = velopos::crypto::Secret::new(key);
        assert_eq!(hmac_sha256(key, &[other]), hmac_sha256::HMAC::mac(other, one));
        assert_eq!(hmac_sha512(key, &[other]), hmac_sha512::HMAC::mac(other, one));
    }
}

/// Bytes are written as others write them, and nothing but their own writings is taken for them.
pub fn writings(bytes: &[u8]) {
    let text = base64(bytes);
    assert_eq!(text, Base64::encode_string(bytes));
    for same in [text, &Base64Unpadded::encode_string(bytes), &Base64UrlUnpadded::encode_string(bytes)] {
        assert_eq!(from_base64(same).as_deref(), Some(bytes));
    }
    let digits = hex(bytes);
    assert_eq!(digits, bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let is_some = |text: &str, written| compare(bytes, text, written).is_some();
    assert!(is_some(text, Written::Base64) && is_some(digits, Written::Hex) && is_some(&digits.to_uppercase(), Written::Hex));
    for (place, byte) in bytes.iter().enumerate().take(24) {
        let mut changed = bytes.to_vec();
        changed[place] = byte ^ (1 << (place % 8));
        assert!(!is_some(base64(&changed), Written::Base64) && !is_some(hex(&changed), Written::Hex));
    }
}

/// A text that some reader takes for base64 means the same here; one that none takes is refused.
fn reading(text: &str) {
    let ours = from_base64(text);
    let bare = text.trim_end_matches('=');
    let theirs = [Base64Unpadded::decode_vec(&bare.replace('-', "+").replace('_', "/")).ok()].into_iter().flatten().next();
    assert_eq!(ours, theirs, "{text}");
    if let Some(bytes) = ours {
        let is_canonical = text == Base64::encode_string(&bytes) || text == Base64Unpadded::encode_string(&bytes) && bytes.len() % 3 == 0;
        assert_eq!(compare(&bytes, text, Written::Base64).is_some(), is_canonical, "{text}");
    }
}
