//! The service as its callers see it: the real router over a real database, with the real catalogue and
//! inventory beside it in one process.

#![cfg(test)]

mod checkout;
mod closings;
mod depletion;
mod discounts;
mod enrolment;
mod fulfilment;
mod fulfilment_history;
mod guest_tokens;
mod input;
mod offline;
mod patience;
mod races;
mod retail;
mod sagas;
mod shop;
mod stripe;
mod till;
mod truths;
mod wholesale;
