//! What a visitor does: look at the catalogue, fill a cart, buy.

pub mod buy;
pub mod goods;
pub mod ports;
