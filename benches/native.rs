//! The floor: the core as a native program, over the very bytes that the shim writes into WebAssembly's memory.
//!
//! `npm run bench` builds it with all optimisations and talks to it line by line: `row calls` is answered with the nanoseconds that so many
//! calls took. Its one argument names a file with a call on each line: the row, the operation, the length of the head, and the input in
//! hexadecimal digits. What it does not do is fetch randomness, which in WebAssembly is the host's work.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::time::Instant;
use velopos::frame::{self, Surroundings};

struct Call {
    op: u32,
    head_length: usize,
    input: Vec<u8>,
}

const AROUND: Surroundings = Surroundings { now: 1_795_305_530_000, random: || [7; 32] };

fn main() -> io::Result<()> {
    let Some(path) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        println!("run by `npm run bench`, which writes the file of calls that this program wants as its argument");
        return Ok(());
    };
    let file = std::fs::read_to_string(path)?;
    let rows = read_calls(&file);
    let mut out = io::stdout();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (row, calls) = line.split_once(' ').expect("a row and a number");
        let nanoseconds = time(&rows[row], calls.parse().expect("a number"));
        writeln!(out, "{nanoseconds}")?;
        out.flush()?;
    }
    Ok(())
}

/// The time of so many calls during which nobody else was let onto the processor; on a very busy machine the shortest of some attempts.
fn time(calls: &[Call], count: usize) -> u128 {
    let longest = calls.iter().map(|call| call.input.len()).max().unwrap_or_default();
    let mut buffer = vec![0; longest];
    let mut shortest = u128::MAX;
    for _ in 0..10 {
        let (interruptions, start) = (interruptions(), Instant::now());
        for call in calls.iter().cycle().take(count) {
            black_box(make(call, &mut buffer));
        }
        shortest = shortest.min(start.elapsed().as_nanos());
        if self::interruptions() == interruptions {
            break;
        }
    }
    shortest
}

/// How often this process had to leave the processor to another, where the system tells.
fn interruptions() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:")?.trim().parse().ok())
}

/// The core wipes what it was given, so every call begins with a copy, as it does at the boundary.
fn make(call: &Call, buffer: &mut [u8]) -> String {
    let input = &mut buffer[..call.input.len()];
    input.copy_from_slice(&call.input);
    frame::call(call.op, input, call.head_length, &AROUND)
}

fn read_calls(text: &str) -> HashMap<&str, Vec<Call>> {
    let mut rows: HashMap<&str, Vec<Call>> = HashMap::new();
    for line in text.lines() {
        let parts: Vec<&str> = line.split(' ').collect();
        let [row, op, head_length, input] = parts[..] else { panic!("a call has four parts: {line}") };
        let number = |text: &str| text.parse().expect("a number");
        let call = Call { op: number(op) as u32, head_length: number(head_length), input: hex::decode(input).expect("hexadecimal digits") };
        let answer = make(&call, &mut vec![0; call.input.len()]);
        assert!(!answer.starts_with("error"), "{row} is refused: {answer}");
        rows.entry(row).or_default().push(call);
    }
    rows
}
