//! The one program of all targets: each is built from it under its own name.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| velopos_fuzz::run(env!("CARGO_BIN_NAME"), data));
