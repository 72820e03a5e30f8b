//! The floor: the core as a native program, over the very bytes that the shim writes into WebAssembly's memory.
//!
//! `npm run bench` builds it with all optimisations and talks to it line by line: `row calls` is answered with the nanoseconds that so many
//! calls took. Its one argument names a file with a call on each line: the row, the operation, the bytes and texts of the head, and the
//! input in hexadecimal digits. What it does not do is fetch randomness, which in WebAssembly is the host's work.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;
use velopos::frame::{self, Surroundings};

struct Call {
    op: u32,
    head: usize,
    texts: usize,
    input: Vec<u8>,
}

/// Texts of a call are never given back one by one (`src/arena.rs`), so a program that makes millions of calls needs what the
/// WebAssembly has: memory that is handed out in a row, and taken back when the call has ended. This program has one thread.
struct Row {
    next: AtomicUsize,
    end: AtomicUsize,
}

const ROOM: usize = 16 << 20;

#[cfg_attr(not(target_arch = "wasm32"), global_allocator)]
static ROW: Row = Row { next: AtomicUsize::new(0), end: AtomicUsize::new(0) };

// Sound, because blocks of a row never overlap, and because what `during_a_call` takes back belongs to a call that has ended.
unsafe impl GlobalAlloc for Row {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = self.next.load(Relaxed).next_multiple_of(layout.align());
        if block + layout.size() > self.end.load(Relaxed) {
            return unsafe { System.alloc(layout) };
        }
        self.next.store(block + layout.size(), Relaxed);
        ptr::with_exposed_provenance_mut(block)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// Does a call in memory of its own, which is then free for the next.
fn during_a_call(room: &mut [u8], call: impl FnOnce()) {
    let from = room.as_mut_ptr().expose_provenance();
    ROW.end.store(from + room.len(), Relaxed);
    ROW.next.store(from, Relaxed);
    call();
    room[..ROW.next.load(Relaxed) - from].fill(0);
    ROW.end.store(0, Relaxed);
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
    let (mut buffer, mut room) = (vec![0; longest], vec![0; ROOM]);
    let mut shortest = u128::MAX;
    for _ in 0..10 {
        let (interruptions, start) = (interruptions(), Instant::now());
        for call in calls.iter().cycle().take(count) {
            during_a_call(&mut room, || drop(black_box(make(call, &mut buffer))));
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
    frame::call(call.op, input, call.head, call.texts, &AROUND).expect("a head that can be told")
}

fn read_calls(text: &str) -> HashMap<&str, Vec<Call>> {
    let mut rows: HashMap<&str, Vec<Call>> = HashMap::new();
    for line in text.lines() {
        let parts: Vec<&str> = line.split(' ').collect();
        let [row, op, head, texts, input] = parts[..] else { panic!("a call has five parts: {line}") };
        let number = |text: &str| text.parse().expect("a number");
        let call = Call { op: number(op) as u32, head: number(head), texts: number(texts), input: hex::decode(input).expect("hexadecimal digits") };
        let answer = make(&call, &mut vec![0; call.input.len()]);
        assert!(!answer.starts_with("error"), "{row} is refused: {answer}");
        rows.entry(row).or_default().push(call);
    }
    rows
}
