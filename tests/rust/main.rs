//! The core as its callers meet it: through the frame that JavaScript uses and through the `Gateway` trait.
//!
//! [`shop`] plays the shop's server and the JavaScript shim, [`bank`] plays the bank: it signs and answers from the bank's documents,
//! with its own few lines and none of the core's.
#![cfg(not(target_arch = "wasm32"))]

mod bank;
mod shop;

mod akbank;
mod akbank_bank;
mod boa;
mod changes;
mod changes_model;
mod configuration;
mod declines;
mod formulas;
mod garanti_attacks;
mod garanti_bank;
mod garanti_callback;
mod garanti_details;
mod garanti_forgery;
mod garanti_money;
mod garanti_start;
mod garanti_vectors;
mod hostile_frames;
mod interpos;
mod iyzico;
mod iyzico_changes;
mod iyzico_details;
mod iyzico_payment;
mod iyzico_start;
mod iyzico_three_ds;
mod iyzico_webhook;
mod moka;
mod named;
mod nestpay_callback;
mod nestpay_details;
mod nestpay_forgery;
mod nestpay_inquiry;
mod nestpay_other_models;
mod nestpay_provision;
mod nestpay_signature;
mod nestpay_start;
mod nestpay_vectors;
mod order;
mod payflex_after;
mod payflex_attacks;
mod payflex_bank;
mod payflex_details;
mod payflex_return;
mod payflex_start;
mod payflex_vectors;
mod payfor;
mod paytr_attacks;
mod paytr_bank;
mod paytr_models;
mod paytr_vectors;
mod posnet_attacks;
mod posnet_bank;
mod posnet_books;
mod posnet_finish;
mod posnet_vectors;
mod posnetv1;
mod the_trait;
mod tosla;
mod void_of_capture;
mod wire;
