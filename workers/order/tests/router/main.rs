//! The service as its callers see it: the real router over a real database, with the real catalogue and
//! inventory beside it in one process.

#![cfg(test)]

mod checkout;
mod depletion;
mod input;
mod retail;
mod shop;
mod till;
mod wholesale;
