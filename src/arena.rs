//! The memory of one call: everything that a call allocates lies in one row and goes at once when the call ends.
//!
//! To allocate is to add a number, to give back is to do nothing, and one fill wipes all of it, with every copy that a text left behind while
//! it grew. Nothing lives between calls but the buffer that carries them in and their answers out.
//!
//! This is the only file with `unsafe` in it. Three things make it sound:
//! - WebAssembly without threads runs one call at a time, and a call never begins within another on the same instance (the shim takes the
//!   instance for itself), so nobody reads [`Row`] while it is written.
//! - Blocks never overlap: each begins where the last one ended, in memory that this file alone asks the host for.
//! - What a call allocates is unreachable once it has ended: [`during_a_call`] copies the answer out before the row is wiped, and a text that
//!   lasts as long as the call (`crate::text::Text`) cannot be kept elsewhere. The published module is `no_std`, and without the standard
//!   library safe code has no place that outlives a call and can be written: no lock, no cell that a static may hold, no thread's own storage;
//!   of the atomics none gives a reference back.

#![allow(unsafe_code)]

use alloc::string::String;
use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::UnsafeCell;
use core::{ptr, slice};

const PAGE: usize = 64 * 1024;
/// Every block begins at a multiple of this: as much as any type needs, vectors included.
const STEP: usize = 16;

struct Row {
    /// Where the next block begins.
    next: usize,
    /// Where the memory ends that we have.
    end: usize,
    /// The buffer: where it begins and how long it is.
    buffer: usize,
    length: usize,
}

struct Arena(UnsafeCell<Row>);

/// See above: one thread, one call at a time.
unsafe impl Sync for Arena {}

#[global_allocator]
static ARENA: Arena = Arena(UnsafeCell::new(Row { next: 0, end: 0, buffer: STEP, length: 0 }));

impl Row {
    fn of_this_instance() -> *mut Row {
        ARENA.0.get()
    }

    /// A fresh block, full of zeros.
    fn take(&mut self, size: usize) -> *mut u8 {
        let size = size.next_multiple_of(STEP);
        if self.end - self.next < size {
            self.grow(size);
        }
        let block = self.next;
        self.next += size;
        block as *mut u8
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, size: usize) {
        let from = memory_size(0) * PAGE;
        if self.end == 0 {
            (self.next, self.end) = (from, from);
        }
        // Memory that somebody else has asked for is not ours, and a row has no gaps.
        if from != self.end {
            core::arch::wasm32::unreachable();
        }
        let missing = size - (from - self.next);
        if size > isize::MAX as usize || memory_grow(0, missing.div_ceil(PAGE)) == usize::MAX {
            core::arch::wasm32::unreachable();
        }
        self.end = memory_size(0) * PAGE;
    }
}

unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).take(layout.size()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { (*self.0.get()).take(layout.size()) }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    /// The last block grows where it is.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe {
            let row = &mut *self.0.get();
            let is_last = block as usize + layout.size().next_multiple_of(STEP) == row.next;
            if is_last && row.end - (block as usize) >= size.next_multiple_of(STEP) {
                row.next = block as usize + size.next_multiple_of(STEP);
                return block;
            }
            let copy = row.take(size);
            ptr::copy_nonoverlapping(block, copy, layout.size().min(size));
            copy
        }
    }
}

/// The buffer, with room for at least so many bytes. It stays where it is until more is asked for.
pub fn buffer(size: usize) -> &'static mut [u8] {
    unsafe {
        let row = &mut *Row::of_this_instance();
        if row.length < size {
            // Twice as much at least, so that all that were ever left behind are no larger than the last.
            row.length = size.max(row.length * 2);
            row.buffer = row.take(row.length) as usize;
        }
        slice::from_raw_parts_mut(row.buffer as *mut u8, row.length)
    }
}

/// Does a call on the buffer, puts its answer there, and wipes all that it had allocated.
pub fn during_a_call(work: impl FnOnce(&mut [u8]) -> String) -> usize {
    let input = buffer(1); // the first call of all begins the row
    let from = unsafe { (*Row::of_this_instance()).next };
    let answer = work(input);
    let to = buffer(answer.len());
    to[..answer.len()].copy_from_slice(answer.as_bytes());
    unsafe {
        let row = &mut *Row::of_this_instance();
        // A buffer that had to grow for the answer stays; whatever else was allocated goes.
        let kept = if row.buffer > from { row.buffer } else { row.next };
        ptr::write_bytes(from as *mut u8, 0, kept - from);
        row.next = if row.buffer > from { row.next } else { from };
    }
    answer.len()
}
