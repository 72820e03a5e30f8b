//! The memory of `velopos/explain`, in the place of `arena`: JavaScript's objects are held here, which a row that is wiped at once would take
//! with it. The allocator wipes every block that is given back, and after an explanation the shim throws the whole instance away.

use alloc::boxed::Box;
use alloc::string::String;
use core::cell::Cell;
use std::alloc::System;
use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

std::thread_local! {
    static BUFFER: Cell<&'static mut [u8]> = const { Cell::new(&mut []) };
}

/// Does something with the buffer, which has room for at least so many bytes. It stays where it is until more is asked for.
fn with_buffer<T>(size: usize, work: impl FnOnce(&mut [u8]) -> T) -> T {
    let mut buffer = BUFFER.take();
    if buffer.len() < size {
        buffer.fill(0);
        buffer = Box::leak(vec![0; size.max(buffer.len() * 2)].into_boxed_slice());
    }
    let done = work(buffer);
    BUFFER.set(buffer);
    done
}

/// Where the buffer lies, with room for at least so many bytes.
pub fn buffer_at(size: usize) -> *mut u8 {
    with_buffer(size, <[u8]>::as_mut_ptr)
}

/// Does a call on the buffer and puts its answer there.
pub fn during_a_call(work: impl FnOnce(&mut [u8]) -> String) -> usize {
    let answer = with_buffer(1, work);
    with_buffer(answer.len(), |to| to[..answer.len()].copy_from_slice(answer.as_bytes()));
    answer.len()
}
