//! The comparison of digests alone, for `npm run sidechannel`: as the core has it (`constant`), or until the first wrong byte (`early`).
//!
//! Digests are wrong in one of [`PLACES`], by turns that are drawn; each line of the file that it writes is the place's number
//! and the nanoseconds of one block of comparisons. Whether they differ is for `benches/welch.js` to say.

use std::hint::black_box;
use std::time::Instant;
use velopos::crypto::{self, Written};

const LENGTH: usize = 64;
/// Which byte is wrong in each kind; benches/sidechannel.js names them.
const PLACES: [usize; 4] = [0, LENGTH / 2, LENGTH * 3 / 4, LENGTH - 1];
/// A clock cannot see one comparison.
const BLOCK: usize = 16;
/// Blocks that are made in advance: what the processor did just before a comparison shows in its time.
const BATCH: usize = 64;

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
    other[PLACES[kind]] ^= 1 + dice.below(255) as u8;
    other
}

/// What one time is taken of.
struct Block {
    kind: usize,
    pairs: [([u8; LENGTH], String); BLOCK],
}

impl Block {
    /// New digests for each: what letters one is written with must not belong to a kind.
    fn drawn(dice: &mut Dice) -> Block {
        let kind = dice.below(PLACES.len());
        let pairs = std::array::from_fn(|_| {
            let digest = dice.bytes();
            (digest, hex::encode(wrong(digest, kind, dice)))
        });
        Block { kind, pairs }
    }
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
    let mut times = Vec::with_capacity(calls * PLACES.len() + BATCH);
    while times.len() < calls * PLACES.len() {
        let blocks: Vec<Block> = (0..BATCH).map(|_| Block::drawn(&mut dice)).collect();
        for Block { kind, pairs } in &blocks {
            let start = Instant::now();
            for (ours, given) in pairs {
                black_box(compare(black_box(ours), black_box(given)));
            }
            times.push((*kind, start.elapsed().as_nanos()));
        }
    }
    let lines: String = times.iter().map(|(kind, nanoseconds)| format!("{kind} {nanoseconds}\n")).collect();
    std::fs::write(file, lines)
}
