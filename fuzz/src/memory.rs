//! The memory of one run: handed out in a row and taken back when the run has ended.
//!
//! Natively the core's texts stay for as long as the process does (`src/text.rs`), and a fuzzer makes millions of calls in one. What was
//! asked for in a run is never used after it, so the next one may have its place.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

/// More than any run needs: a reply of 1 MB with nothing but elements in it.
const ROOM: usize = 256 << 20;

struct Rooms;

#[global_allocator]
static ROOMS: Rooms = Rooms;

#[derive(Clone, Copy)]
struct Row {
    next: usize,
    end: usize,
}

thread_local! {
    /// The room of this thread's run; both are 0 outside of one. Needs no memory to come into being.
    static ROW: Cell<Row> = const { Cell::new(Row { next: 0, end: 0 }) };
    static PLACE: Cell<Row> = const { Cell::new(Row { next: 0, end: 0 }) };
}

// Sound, because blocks of a row never overlap, each is as aligned as was asked for, and a row begins again only when its run has ended.
unsafe impl GlobalAlloc for Rooms {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Row { next, end } = ROW.get();
        let block = next.next_multiple_of(layout.align());
        if next == 0 || block + layout.size() > end {
            return unsafe { System.alloc(layout) };
        }
        ROW.set(Row { next: block + layout.size(), end });
        ptr::with_exposed_provenance_mut(block)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Row { next: from, end } = PLACE.get();
        if !(from..end).contains(&block.addr()) {
            unsafe { System.dealloc(block, layout) };
        }
    }
}

/// Does a run. What it allocates must not outlive it.
pub fn in_a_room(run: impl FnOnce()) {
    if PLACE.get().next == 0 {
        let layout = Layout::from_size_align(ROOM, 4096).expect("a layout");
        let from = unsafe { System.alloc(layout) }.expose_provenance();
        assert_ne!(from, 0, "no memory for a room");
        PLACE.set(Row { next: from, end: from + ROOM });
    }
    ROW.set(PLACE.get());
    run();
    ROW.set(Row { next: 0, end: 0 });
}

/// What has a memory of its own: it may keep what it allocates.
pub fn outside<T>(work: impl FnOnce() -> T) -> T {
    let row = ROW.replace(Row { next: 0, end: 0 });
    let result = work();
    ROW.set(row);
    result
}

/// How many bytes were asked for while this was done; those that were given back count, too. 0 outside of a run.
pub fn used<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let from = ROW.get().next;
    let result = work();
    (ROW.get().next - from, result)
}

/// Does it, and insists that it took memory in proportion to what it was given.
pub fn in_proportion<T>(given: usize, work: impl FnOnce() -> T) -> T {
    let (bytes, result) = used(work);
    assert!(bytes <= FIXED + given * TIMES, "{bytes} bytes of memory for {given} bytes of input");
    result
}

/// What a call may need whatever it is given, and how many times as much as it is given.
const FIXED: usize = 64 << 10;
const TIMES: usize = 64;
