//! The comparison of digests alone, for `npm run sidechannel`: as the core has it (`constant`), or until the first wrong byte (`early`).
//!
//! Digests are wrong in their first byte, in one in the middle or in their last, by turns that are drawn; each line of the file that it writes is the kind
//! and the nanoseconds of one block of comparisons. Whether they differ is for `benches/welch.js` to say.

use std::hint::black_box;
use std::time::Instant;
use velopos::crypto::{self, Written};

const LENGTH: usize = 64;
/// A clock cannot see one comparison.
const BLOCK: usize = 16;

/// SplitMix64: chance that needs no crate, and is no secret.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn bytes(&mut self) -> [u8; LENGTH] {
        std::array::from_fn(|_| self.next() as u8)
    }
}

fn wrong(digest: [u8; LENGTH], kind: usize, dice: &mut Dice) -> [u8; LENGTH] {
    let mut other = digest;
    other[[0, LENGTH / 2, LENGTH - 1][kind]] ^= 1 + dice.below(255) as u8;
    other
}

fn constant(ours: &[u8], given: &str) -> bool {
    crypto::compare(ours, given, Written::Hex).is_some()
}

/// What must not be: it ends with the first wrong byte. It reads what was given as the core does.
fn early(ours: &[u8], given: &str) -> bool {
    let theirs: Vec<u8> = (0..given.len() / 2).filter_map(|place| u8::from_str_radix(given.get(place * 2..place * 2 + 2)?, 16).ok()).collect();
    ours.iter().zip(&theirs).all(|(one, other)| black_box(one) == other)
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let (Some(which), Some(Ok(calls)), Some(file)) = (arguments.next(), arguments.next().map(|calls| calls.parse::<usize>()), arguments.next())
    else {
        println!("run by `npm run sidechannel`, which says which comparison, how many times, and into which file");
        return Ok(());
    };
    let compare = if which == "early" { early } else { constant };
    let mut dice = Dice(0x5EED);
    let mut ours = [[0; LENGTH]; BLOCK];
    let mut given = [const { String::new() }; BLOCK];
    let mut times = Vec::with_capacity(calls * 3);
    let mut counts = [0; 3];
    while times.len() < calls * 3 {
        let kind = dice.below(3);
        if counts[kind] == calls {
            continue;
        }
        counts[kind] += 1;
        // New ones for each block: what letters a digest is written with must not belong to a kind.
        for (digest, text) in ours.iter_mut().zip(&mut given) {
            *digest = dice.bytes();
            *text = wrong(*digest, kind, &mut dice).iter().map(|byte| format!("{byte:02x}")).collect();
        }
        let start = Instant::now();
        for (digest, text) in ours.iter().zip(&given) {
            black_box(compare(black_box(digest), black_box(text)));
        }
        times.push((kind, start.elapsed().as_nanos()));
    }
    let lines: String = times.iter().map(|(kind, nanoseconds)| format!("{kind} {nanoseconds}\n")).collect();
    std::fs::write(file, lines)
}
