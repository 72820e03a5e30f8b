//! The boundary in WebAssembly itself: the buffer, the calls, randomness, and what is left in the memory afterwards.
#![cfg(target_arch = "wasm32")]

mod boundary;
mod residue;
mod shim;
