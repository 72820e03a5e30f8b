//! velopos: the core of Turkish bank virtual POS systems and payment webhooks, for Wix Velo and any other JavaScript server.
//!
//! Data walks one way: body → [`wire`] → [`gateway`] → [`payment::Payment`] → `bindings` → the JavaScript shim.
//!
//! - [`gateway`]: one file per system, driven by one machine; the place to read about a bank.
//! - [`payment`]: orders, steps, payments and proofs; why a payment deserves belief.
//! - [`ledger`]: captures, refunds and voids; why their sum never exceeds what was captured.
//! - [`statement`]: what a bank lists: histories and reports.
//! - [`account`]: the configuration of one account, checked.
//! - [`decline`], [`money`], [`error`], [`crypto`]: one rule book each.
//! - [`wire`]: forms, XML, JSON and the two charsets.
//! - `arena` (WebAssembly only): the memory of one call.
//! - `trace` (feature `explain` only): what the digests were made of, masked; `heap` is the memory of that edition.
//! - [`frame`]: how a call from JavaScript crosses the boundary; its twin is `js-glue/frame.js`.
//! - `bindings` (WebAssembly only): the only file that knows JavaScript.

#![no_std]
#![deny(unsafe_code)]
#![deny(missing_docs)]
// The documentation is for those who work on the crate, and is built with its private items.
#![allow(rustdoc::private_intra_doc_links)]

#[macro_use]
extern crate alloc;
#[cfg(any(test, not(feature = "small")))]
extern crate std;

pub mod account;
#[cfg(all(target_arch = "wasm32", not(feature = "explain")))]
pub mod arena;
#[cfg(all(target_arch = "wasm32", feature = "explain"))]
#[path = "heap.rs"]
pub mod arena;
#[cfg(target_arch = "wasm32")]
pub mod bindings;
pub mod crypto;
pub mod decline;
pub mod error;
pub mod frame;
pub mod gateway;
pub mod ledger;
pub mod money;
pub mod own;
pub mod payment;
pub mod statement;
pub mod text;
#[cfg(feature = "explain")]
pub mod trace;
pub mod wire;
